import { ADDRESS_REFUSED } from '../security/public-address.ts';
import { createPublicFetch, guardedLookup } from './public-fetch.ts';
import type { Ask } from '../transport/answer.ts';
import type { PublicFetchOptions } from './public-fetch.ts';

/** Proxies by scheme of the URL, and hosts that are reached without one. */
export interface ProxyRoutes {
  readonly http: string | null;
  readonly https: string | null;
  readonly not: string | null;
}

/**
 * What asks Workers: straight, or through the proxies that the calls of the API go through. Either way a name that leads
 * into a private network is not asked, redirects are not followed, and each request has a connection of its own.
 *
 * Through a proxy it is the proxy that looks a name up. A name is looked up here too, and refused for an address that is
 * not of the public internet; where only the proxy knows names, its own rules are what holds.
 */
export function createWorkerFetch(proxies: ProxyRoutes | null, options: PublicFetchOptions = {}): Ask {
  if (proxies === null) return createPublicFetch(options);
  const lookup = guardedLookup(options);
  return async (url, init) => {
    await refusePrivate(lookup, new URL(url).hostname);
    const { EnvHttpProxyAgent } = await import('undici');
    const dispatcher = new EnvHttpProxyAgent({
      httpProxy: proxies.http ?? '',
      httpsProxy: proxies.https ?? proxies.http ?? '',
      noProxy: proxies.not ?? '',
      // Of what NO_PROXY names, which is reached straight: the very addresses that were looked at.
      connect: { lookup },
    });
    const plain: RequestInit = { ...init, redirect: 'manual' };
    const response = await globalThis.fetch(url, Object.assign({ ...plain }, { dispatcher }));
    // Ends with the answer, so that the next request meets another connection.
    void dispatcher.close().catch(() => undefined);
    return response;
  };
}

/** Rejects for a name with an address that is not public; one that is not known here is for the proxy to find. */
function refusePrivate(lookup: ReturnType<typeof guardedLookup>, hostname: string): Promise<void> {
  return new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error) => {
      if (error?.code === ADDRESS_REFUSED) reject(new TypeError('fetch failed', { cause: error }));
      else resolve();
    });
  });
}
