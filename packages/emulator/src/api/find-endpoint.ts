import { TrieRouter } from 'hono/router/trie-router';
import { getPath, tryDecodeURIComponent } from 'hono/utils/url';
import { endpoints } from './endpoints.ts';
import type { Endpoint } from './endpoint.ts';

/** The endpoint that serves a request, and what stands in its path, decoded. */
export interface FoundEndpoint {
  readonly endpoint: Endpoint;
  readonly params: Record<string, string>;
}

const router = new TrieRouter<Endpoint>();
for (const endpoint of endpoints) router.add(endpoint.method, endpoint.path, endpoint);

/**
 * Looks a request up among the endpoints, the first that fits; null when none does. HEAD asks what GET does.
 * @param url with the path below `/client/v4`
 */
export function findEndpoint(method: string, url: URL): FoundEndpoint | null {
  const path = getPath({ url: url.href } as Request);
  const [found] = router.match(method === 'HEAD' ? 'GET' : method, path)[0];
  if (found === undefined) return null;
  const [endpoint, inPath] = found;
  const params = Object.entries(inPath).map(([name, value]) => [name, tryDecodeURIComponent(String(value))]);
  return { endpoint, params: Object.fromEntries(params) };
}
