import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Ask } from '../transport/answer.ts';
import { createHttpAsk } from '../transport/http-ask.ts';
import { ADDRESS_REFUSED, isPublicAddress } from '../security/public-address.ts';

/** What {@link createPublicFetch} is made of; replaced in tests. */
export interface PublicFetchOptions {
  /** All addresses of a name. @default the system's resolver */
  readonly resolve?: (hostname: string) => Promise<readonly LookupAddress[]>;
  /** @default isPublicAddress */
  readonly mayConnect?: (address: string) => boolean;
}

/**
 * Connects to a name only when every address of it is one of the public internet, and to
 * exactly the addresses that were looked at: a name that changes its answer afterwards gains nothing. Redirects are not
 * followed; each request has a connection of its own, so that it can meet another machine of Cloudflare than the one
 * before. An address in the place of a name is not looked at: `healthTargetProblem` decides about those.
 */
export function createPublicFetch(options: PublicFetchOptions = {}): Ask {
  return createHttpAsk({ keepConnections: false, compressed: false, lookup: guardedLookup(options) });
}

/** Resolves a name to addresses of the public internet, or fails with {@link ADDRESS_REFUSED}. */
export function guardedLookup({
  resolve = resolveAll,
  mayConnect = isPublicAddress,
}: PublicFetchOptions): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        const refused = addresses.find(({ address }) => !mayConnect(address));
        if (refused !== undefined || first === undefined) return callback(refusal(hostname, refused), '');
        return options.all === true
          ? callback(null, [...addresses])
          : callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

function refusal(hostname: string, refused: LookupAddress | undefined): NodeJS.ErrnoException {
  if (refused === undefined) {
    return Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' });
  }
  return Object.assign(new Error(`${hostname} leads to an address that is not of the public internet`), {
    code: ADDRESS_REFUSED,
  });
}

async function resolveAll(hostname: string): Promise<readonly LookupAddress[]> {
  const { lookup } = await import('node:dns/promises');
  return lookup(hostname, { all: true });
}
