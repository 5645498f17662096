import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { newRay } from './fetch-worker.ts';
import type { Target } from './fetch-worker.ts';
import type { Instance } from '../instance/instance-types.ts';
import { isInternalHeader } from '../instance/router-client.ts';
import { workerName } from '../plan/worker-name.ts';
import { callHeader } from '../instance/call-header.ts';

/** An HTTP connection that asks to become another one, as Node's servers hand it over. */
export interface UpgradeRequest {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

/**
 * Joins a visitor's connection to a version of a Worker, which answers the upgrade itself. The connection lasts until one
 * side ends it or the process changes, as on Cloudflare a deployment ends WebSockets of Durable Objects.
 */
export async function upgradeSocket(
  instance: Instance,
  target: Target,
  url: URL,
  visitor: UpgradeRequest,
): Promise<void> {
  await instance.use({ kind: 'worker', ...target }, async (miniflare) => {
    const { hostname, port } = await miniflare.ready;
    const worker = connect({ host: hostname, port: Number(port) });
    worker.once('connect', () => {
      worker.write(upgradeHead(url, visitor.request, workerName(target.ref, target.versionId)));
      worker.write(visitor.head);
      visitor.socket.pipe(worker).pipe(visitor.socket);
    });
    const end = (): void => {
      worker.destroy();
      visitor.socket.destroy();
    };
    for (const side of [worker, visitor.socket]) side.on('error', end).on('close', end);
    return { value: undefined };
  });
}

/** The request as miniflare's front takes it: it keeps the visitor's URL in a header of its own. */
function upgradeHead(url: URL, request: IncomingMessage, worker: string): string {
  const call = callHeader({ kind: 'fetch', worker }).join(': ');
  const lines = [`GET ${url.pathname}${url.search} HTTP/1.1`, `host: ${url.host}`];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const [name = '', value = ''] = request.rawHeaders.slice(at, at + 2);
    const hop = /^(?:connection|upgrade)$/i.test(name);
    if (name.toLowerCase() !== 'host' && (hop || !isInternalHeader(name))) lines.push(`${name}: ${value}`);
  }
  lines.push(`cf-ray: ${newRay()}`, `mf-original-url: ${url.href}`, call);
  return `${lines.join('\r\n')}\r\n\r\n`;
}
