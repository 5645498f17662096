import { createAdaptorServer } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Http2Bindings, HttpBindings } from '@hono/node-server';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConnectionReset } from '../api/errors.ts';
import type { Admin } from '../admin/admin.ts';
import { answerProof } from './proof.ts';
import type { Runtime } from '../runtime/contract.ts';
import { serveTails } from './tail-sockets.ts';

/** Where to listen. */
export interface ListenOptions {
  /** 0 takes any free port. Default 0. */
  port?: number;
  /** Default `127.0.0.1`. */
  host?: string;
}

/** An open HTTP door. */
export interface Listening {
  /** `http://127.0.0.1:<port>`. The API is below `/client/v4`. */
  url: string;
  port: number;
  close(): Promise<void>;
}

/**
 * Serves `fetch` over HTTP.
 * @throws Error when the port is taken.
 */
export async function listen(
  fetch: (request: Request) => Promise<Response>,
  options: ListenOptions & { admin: Admin; adminToken: string; upgrade: Runtime['upgrade'] },
): Promise<Listening> {
  const host = options.host ?? '127.0.0.1';
  let url = '';
  const server = createAdaptorServer({
    overrideGlobalObjects: false,
    fetch: async (request: Request, { incoming }: HttpBindings | Http2Bindings) => {
      try {
        return answerProof(request, options.adminToken, url) ?? (await fetch(request));
      } catch (error) {
        if (!(error instanceof ConnectionReset)) throw error;
        // The client must see a cut connection, not an answer.
        incoming.socket.destroy();
        return RESPONSE_ALREADY_SENT;
      }
    },
  }) as Server;
  const closeTails = serveTails(server, options.admin, async (request, socket, head) => {
    const asked = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
    return (await options.upgrade?.(asked, { request, socket, head })) ?? false;
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    url,
    port,
    close: async () => {
      closeTails();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
