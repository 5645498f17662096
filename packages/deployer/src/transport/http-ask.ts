import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { type Answer, type Ask, makeAnswer, wholeAnswer } from './answer.ts';
import { connectAhead } from './connect-ahead.ts';
import { PlainHeaders } from './plain-headers.ts';

/** How requests are sent. */
export interface HttpAskOptions {
  /** Whether connections stay for the next request; else each has its own. */
  readonly keepConnections: boolean;
  /** Whether answers may come compressed. */
  readonly compressed: boolean;
  /** Looks names up. @default the system's resolver */
  readonly lookup?: LookupFunction;
}

/** Node's client of one scheme. */
interface Door {
  readonly request: (
    url: URL,
    options: RequestOptions,
    answered: (incoming: IncomingMessage) => void,
  ) => ClientRequest;
  readonly Agent: new (options: { readonly keepAlive: boolean; readonly timeout: number }) => Agent;
}

/** For which nothing was sent, a connection is closed before a server would do so while we write, ms. */
const IDLE_MS = 4_000;
/** Until a connection stands, ms: a machine that answers nothing is given up long before an answer would be. */
const CONNECT_MS = 10_000;

/** Statuses whose answer has no body. Source: Fetch standard, "null body status". */
const NO_BODY: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

/**
 * Sends requests by Node's HTTP client, without its `fetch`: that takes 26 ms to load and three times as long for each call.
 * Redirects are not followed. Node's certificates hold, with those of NODE_EXTRA_CA_CERTS. What is needed of Node is loaded
 * with the first request.
 */
export function createHttpAsk(options: HttpAskOptions): Ask {
  const agents = new Map<string, Agent>();
  const agentOf = (scheme: string, door: Door): Agent | false => {
    if (!options.keepConnections) return false;
    const agent = agents.get(scheme) ?? new door.Agent({ keepAlive: true, timeout: IDLE_MS });
    agents.set(scheme, agent);
    return agent;
  };
  const ahead = new Set<string>();
  const warmUp = (address: string): void => {
    const url = new URL(address);
    // Every tenant of a command asks for it.
    if (ahead.has(url.origin)) return;
    ahead.add(url.origin);
    openDoor(url.protocol).then(
      (door) => {
        const agent = agentOf(url.protocol, door);
        if (agent !== false) connectAhead(agent, url);
      },
      () => undefined,
    );
  };
  const ask: Ask = async (address, { method = 'GET', headers = {}, body, signal } = {}) => {
    signal?.throwIfAborted();
    const url = new URL(address);
    const door = await openDoor(url.protocol);
    return new Promise<Answer>((resolve, reject) => {
      const outgoing = door.request(
        url,
        {
          method,
          headers: options.compressed ? { 'accept-encoding': 'gzip, br', ...headers } : headers,
          agent: agentOf(url.protocol, door),
          ...(signal ? { signal } : {}),
          ...(options.lookup === undefined ? {} : { lookup: options.lookup }),
        },
        (incoming) => void answerOf(incoming).then(resolve, reject),
      );
      outgoing.on('error', (cause) =>
        reject(signal?.aborted === true ? signal.reason : new TypeError('fetch failed', { cause })),
      );
      limitConnecting(outgoing, url.protocol === 'https:' ? 'secureConnect' : 'connect');
      outgoing.end(body ?? undefined);
    });
  };
  return Object.assign(ask, { warmUp });
}

/** By files of ours that name Node's module: a program whose code was compiled before would load it in a dearer way. */
function openDoor(scheme: string): Promise<Door> {
  return scheme === 'https:' ? import('./https-door.ts') : import('./http-door.ts');
}

function limitConnecting(outgoing: ClientRequest, connected: 'connect' | 'secureConnect'): void {
  outgoing.once('socket', (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => {
      const error = new Error(`no connection within ${CONNECT_MS / 1_000} s`);
      outgoing.destroy(Object.assign(error, { code: 'ETIMEDOUT' }));
    }, CONNECT_MS);
    timer.unref();
    for (const event of [connected, 'close']) socket.once(event, () => clearTimeout(timer));
  });
}

async function answerOf(incoming: IncomingMessage): Promise<Answer> {
  const status = incoming.statusCode ?? 502;
  const headers = new PlainHeaders(
    Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
      values.map((value): [string, string] => [name, value]),
    ),
  );
  if (NO_BODY.has(status)) {
    incoming.resume();
    return { ...wholeAnswer(status, headers, Buffer.alloc(0)), body: null };
  }
  const stream = await decoded(incoming, headers.get('content-encoding'));
  return makeAnswer(status, headers, {
    body: {
      [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator](),
      async cancel() {
        incoming.destroy();
      },
    },
    async text() {
      const chunks: Uint8Array[] = [];
      for await (const chunk of stream as AsyncIterable<Uint8Array>) chunks.push(chunk);
      return Buffer.concat(chunks).toString('utf8');
    },
  });
}

async function decoded(incoming: IncomingMessage, encoding: string | null): Promise<Readable> {
  if (encoding === null || encoding === 'identity') return incoming;
  const { decode } = await import('./decode.ts');
  return decode(incoming, encoding);
}
