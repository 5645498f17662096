/*
 * Uploads of static assets. Plain JSON-serialisable documents: resources/ writes them, runtime/ only reads them. Field names are
 * ours; each resource turns them into the API's wire form. Times are ISO 8601 in UTC, sizes bytes.
 */

/** Announced files of a static assets upload. The session and completion tokens carry its id. */
export interface AssetSessionDocument {
  id: string;
  accountId: string;
  scriptName: string;
  dispatchNamespace: string | null;
  /** URL path to hash and size, as announced. */
  manifest: Record<string, { hash: string; size: number }>;
  /** Hashes the server asked for, by bucket. */
  buckets: string[][];
  createdOn: string;
}

/** An asset's content, known to an account by the client's hash. */
export interface AssetFileDocument {
  accountId: string;
  hash: string;
  blob: string;
  size: number;
  contentType: string | null;
}
