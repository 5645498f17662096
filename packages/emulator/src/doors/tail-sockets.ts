import type { JsonObject } from '../json.ts';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import type { Admin } from '../admin/admin.ts';
import type { WorkerLogEvent } from '../runtime/contract.ts';
import type { TailDocument } from '../store/model/scripts.ts';
import { withMaskedFrames } from './masked-frames.ts';
import { passesTail } from './tail-filters.ts';

const PATH = /^\/__cf-deploy\/tails\/([0-9a-f]{32})$/;

const REFUSAL = 'HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n';
/** Followers only listen; wrangler sends one short message at the start. */
const MAX_MESSAGE_BYTES = 64 * 1024;
/** A follower that reads so slowly that more than this waits for it is left behind. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** Takes a connection that asks to be upgraded. False: it is left as it was. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<boolean>;

/**
 * Serves the WebSocket URLs of tails on an HTTP server. Returns the function that ends them.
 * @param otherwise Offered all other upgrades.
 */
export function serveTails(server: Server, admin: Admin, otherwise: Upgrade): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (protocols) => [...protocols][0] ?? false,
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A visitor that leaves in the middle is no failure of ours, whoever has the connection at that moment.
    socket.on('error', () => socket.destroy());
    const id = PATH.exec(request.url ?? '')?.[1];
    const followed = id === undefined ? null : admin.tail(id);
    if (followed === null) {
      const refuse = (): void => void socket.end(REFUSAL);
      otherwise(request, socket, head).then((taken) => taken || refuse(), refuse);
      return;
    }
    const masked = withMaskedFrames(socket, head);
    // What follows the head comes through the frames.
    sockets.handleUpgrade(request, masked, Buffer.alloc(0), (webSocket) =>
      follow(webSocket, admin, followed),
    );
  });
  return () => {
    for (const client of sockets.clients) client.terminate();
    sockets.close();
  };
}

function follow(
  webSocket: WebSocket,
  admin: Admin,
  followed: Pick<TailDocument, 'accountId' | 'scriptName' | 'filters'>,
): void {
  const stop = admin.onLog((event) => {
    if (event.accountId !== followed.accountId || event.scriptName !== followed.scriptName) return;
    if (!passesTail(event, followed.filters ?? [], Math.random())) return;
    if (webSocket.bufferedAmount > MAX_WAITING_BYTES) webSocket.terminate();
    else webSocket.send(JSON.stringify(tailEvent(event)));
  });
  // A frame that breaks the protocol ends this follower: ws closes the connection after saying so.
  webSocket.on('error', () => webSocket.terminate());
  webSocket.on('close', stop);
}

/** A log line in the form of a tail event. */
function tailEvent(event: WorkerLogEvent): JsonObject {
  const timestamp = new Date(event.at).getTime();
  const exception = event.level === 'exception';
  return {
    outcome: exception ? 'exception' : 'ok',
    scriptName: event.scriptName,
    scriptVersion: { id: event.versionId },
    eventTimestamp: timestamp,
    event: null,
    logs: exception ? [] : [{ level: event.level, message: [event.message], timestamp }],
    exceptions: exception ? [{ name: 'Error', message: event.message, timestamp }] : [],
  };
}
