import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';

/** The parts of `fetch` a health check needs, over an embedded Cloudflare in this process. */
export function inProcessFetch(answer: (request: Request) => Promise<Response>): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const { signal } = request;
    signal.throwIfAborted();
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    try {
      return await Promise.race([answer(request), aborted]);
    } catch (error) {
      // What a cut connection looks like to a client of `fetch`.
      if (error instanceof Error && error.name === 'ConnectionReset') {
        throw new TypeError('fetch failed', { cause: error });
      }
      throw error;
    }
  };
}

/**
 * A `fetch` that sends every request to the embedded Cloudflare at `origin` and names the host it was meant for in the
 * Host header, because the real name would lead to the internet. Redirects are not followed.
 */
export function loopbackFetch(origin: string): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const target = new URL(url.pathname + url.search, origin);
    const body = request.body === null ? null : Buffer.from(await request.arrayBuffer());
    return new Promise((resolve, reject) => {
      const headers = { ...Object.fromEntries(request.headers), host: url.host };
      const outgoing = httpRequest(
        target,
        { method: request.method, headers, signal: request.signal },
        (incoming) => {
          const status = incoming.statusCode ?? 502;
          const received = Object.entries(incoming.headersDistinct).flatMap(([name, values]) =>
            (values ?? []).map((value): [string, string] => [name, value]),
          );
          const content = [101, 204, 205, 304].includes(status) ? null : Readable.toWeb(incoming);
          resolve(new Response(content as ReadableStream<Uint8Array> | null, { status, headers: received }));
        },
      );
      outgoing.on('error', (error) =>
        reject(
          request.signal.aborted ? request.signal.reason : new TypeError('fetch failed', { cause: error }),
        ),
      );
      outgoing.end(body ?? undefined);
    });
  };
}
