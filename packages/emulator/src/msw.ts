import { http, passthrough } from 'msw';
import type { HttpHandler } from 'msw';
import { ConnectionReset } from './api/errors.ts';
import type { Emulator } from './emulator-options.ts';

/**
 * msw 2 handlers that answer Cloudflare's API (and its workers.dev hosts) from an emulator, for tests of your own
 * deploy scripts: `setupServer(...emulatorHandlers(emulator))`.
 * @param options.baseUrl Where the API is expected; default `https://api.cloudflare.com/client/v4`.
 */
export function emulatorHandlers(
  emulator: Pick<Emulator, 'fetch'>,
  options: { baseUrl?: string } = {},
): HttpHandler[] {
  const base = new URL(options.baseUrl ?? 'https://api.cloudflare.com/client/v4');
  const prefix = base.pathname.replace(/\/$/, '');
  const answer = async (request: Request): Promise<Response> => {
    try {
      return await emulator.fetch(request);
    } catch (error) {
      // What fetch() shows a client when the connection is cut.
      if (error instanceof ConnectionReset) return Response.error();
      throw error;
    }
  };
  return [
    http.all(`${base.origin}${prefix}/*`, ({ request }) => {
      const url = new URL(request.url);
      const target = new URL(
        `https://api.cloudflare.com/client/v4${url.pathname.slice(prefix.length)}${url.search}`,
      );
      const forwarded = new Request(target, request);
      forwarded.headers.delete('host');
      return answer(forwarded);
    }),
    http.all('*', ({ request }) => {
      const { hostname } = new URL(request.url);
      return hostname.endsWith('.workers.dev') ? answer(request) : passthrough();
    }),
  ];
}
