import { hashToken } from '../api/auth.ts';
import type { Ids } from '../ids.ts';
import type { TokenDocument } from '../store/model/accounts.ts';
import type { Store, Transaction } from '../store/store.ts';

/** The token every emulator accepts unless `tokens` says otherwise. It may do everything. */
export const LOCAL_TOKEN = 'local-emulator-token';

const DEFAULT_EMAIL = 'local@example.com';

/** A token to accept. `value` is kept as a hash only. */
export interface TokenSeed {
  value: string;
  kind?: TokenDocument['kind'];
  /** Needed for `kind: 'key'` (with `X-Auth-Email`). Default: `local@example.com`. */
  email?: string;
  accounts?: string[] | '*';
  permissions?: string[] | '*';
  status?: TokenDocument['status'];
  expiresOn?: string;
  notBefore?: string;
}

/**
 * Makes the given tokens valid until the next start, and those of the last start invalid: a token that was made for one
 * run must not open the next.
 */
export function setStartTokens(store: Store, tokens: readonly (TokenSeed | string)[], ids: Ids): void {
  const seeds = tokens.map((token) => (typeof token === 'string' ? { value: token } : token));
  const kept = new Set(seeds.map(hashOf));
  store.write((tx) => {
    for (const { hash, fromStart } of tx.list('token')) {
      const ended = fromStart === true || hash === hashToken(LOCAL_TOKEN);
      if (ended && !kept.has(hash)) tx.delete('token', hash);
    }
    for (const seed of seeds) putToken(tx, seed, ids, { fromStart: true });
  });
}

/** Keeps a token, replacing one of the same value. */
export function putToken(tx: Transaction, seed: TokenSeed, ids: Ids, more: { fromStart?: true } = {}): void {
  const kind = seed.kind ?? 'user';
  const email = seed.email ?? DEFAULT_EMAIL;
  const hash = hashOf(seed);
  const accounts = seed.accounts ?? '*';
  const ownerId =
    kind === 'account' && accounts !== '*'
      ? (accounts[0] ?? hash.slice(0, 32))
      : hashToken(email).slice(0, 32);
  tx.put('token', hash, {
    id: tx.get('token', hash)?.id ?? ids.hex(),
    hash,
    kind,
    owner: { id: ownerId, email },
    accounts,
    permissions: seed.permissions ?? '*',
    status: seed.status ?? 'active',
    expiresOn: seed.expiresOn ?? null,
    notBefore: seed.notBefore ?? null,
    ...more,
  });
}

/** Hash under which a token is kept: a global key is used with its owner's address. */
function hashOf({ value, kind = 'user', email = DEFAULT_EMAIL }: TokenSeed): string {
  return hashToken(kind === 'key' ? `${email}:${value}` : value);
}
