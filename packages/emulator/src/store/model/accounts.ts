/*
 * Accounts of the embedded Cloudflare, and who may do what in them. Plain JSON-serialisable documents: resources/ writes them, runtime/ only reads them. Field names are
 * ours; each resource turns them into the API's wire form. Times are ISO 8601 in UTC, sizes bytes.
 */

/** A customer account. `plan` decides quotas and paid-only features. */
export interface AccountDocument {
  id: string;
  name: string;
  plan: 'free' | 'paid';
  /** Workers it may have, where Cloudflare raised the limit of its plan by request. */
  workerLimit?: number;
  /** The account's workers.dev subdomain (`<worker>.<subdomain>.workers.dev`), or null when none is registered. */
  subdomain: string | null;
  createdOn: string;
}

/** Who made a change: the owner of the token used, or a named dashboard user for out-of-band edits. */
export interface Author {
  id: string;
  email: string;
}

/** An API token or a global key. Only a SHA-256 of the secret is kept, so the state on disk never holds a credential. */
export interface TokenDocument {
  /** 32 hex, the token's id (not its value). */
  id: string;
  /** SHA-256 hex of the token value; of `email:key` for a global key. */
  hash: string;
  kind: 'user' | 'account' | 'key';
  /** Owner. For an account-owned token `id` is the account id. */
  owner: Author;
  /** Account ids it reaches, or `*`. */
  accounts: string[] | '*';
  /** Permission group names (`Workers Scripts Write`), or `*`. */
  permissions: string[] | '*';
  status: 'active' | 'disabled' | 'expired';
  expiresOn: string | null;
  notBefore: string | null;
  /** Made for one run of the emulator: it is not valid any more after the next start. */
  fromStart?: true;
}

/** Workers settings of an account. */
export interface AccountSettingsDocument {
  accountId: string;
  defaultUsageModel: string;
  greenCompute: boolean;
}
