import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import { ApiError, ConfigError, DeployError } from '../errors.ts';
import type { AssetFile, AssetsApi, AssetSession } from './assets-api.ts';
import { type AssetEntry, type AssetManifest, manifestBody } from './manifest.ts';
import { type SessionClaims, sessionClaims } from './session-token.ts';
import { compact } from '../json.ts';

/** Requests at once. */
const CONCURRENCY = 3;
/** Retries of one request, beside the first attempt. */
const RETRIES = 4;
/** Sessions opened before giving up: a new one only asks for what is still missing. */
const SESSIONS = 3;

/** Options of {@link uploadAssets}. */
export interface UploadAssetsOptions {
  readonly manifest: AssetManifest;
  readonly api: AssetsApi;
  readonly signal?: AbortSignal;
  /** Wait before the first retry, ms; doubles with each. @default 1000 */
  readonly backoffMs?: number;
  /** Waits that many ms. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly now?: () => number;
  readonly onProgress?: (progress: { readonly uploaded: number; readonly total: number }) => void;
}

/** What an upload came to. */
export interface UploadedAssets {
  /** Goes into `assets.jwt` of the script upload; valid for one hour. */
  readonly completionToken: string;
  /** Files sent; the others were known. */
  readonly uploaded: number;
  readonly known: number;
}

/**
 * Uploads the files Cloudflare does not have yet. Requests run a few at a time and are retried; when one fails for good,
 * or the session expires, a new session takes up what is still missing.
 *
 * @throws ApiError the last failure, after all retries; or API_UNREACHABLE when no completion token ever came
 * @throws ConfigError ASSETS_INVALID when a file changed since it was hashed
 * @see https://developers.cloudflare.com/workers/static-assets/direct-upload/
 */
export async function uploadAssets(options: UploadAssetsOptions): Promise<UploadedAssets> {
  const byHash = new Map(options.manifest.entries.map((entry) => [entry.hash, entry]));
  const body = manifestBody(options.manifest);
  const sent = new Set<string>();
  for (let attempt = 1; ; attempt += 1) {
    const session = await options.api.createSession(body);
    try {
      const completionToken = await runSession(session, { ...options, byHash, sent });
      return { completionToken, uploaded: sent.size, known: byHash.size - sent.size };
    } catch (error) {
      options.signal?.throwIfAborted();
      if (attempt === SESSIONS || !(isTransient(error) || isExpired(session, error, options.now)))
        throw error;
    }
  }
}

type SessionOptions = UploadAssetsOptions & {
  readonly byHash: ReadonlyMap<string, AssetEntry>;
  /** Hashes that arrived, over all sessions. */
  readonly sent: Set<string>;
};

async function runSession(session: AssetSession, options: SessionOptions): Promise<string> {
  const missing = session.buckets.flat().length;
  if (missing === 0) return session.jwt;
  const claims = sessionClaims(session.jwt);
  const single = claims.singleFiles && options.api.uploadSingle !== undefined;
  const requests = single ? session.buckets.flat().map((hash) => [hash]) : session.buckets;
  const limit = pLimit((single ? claims.concurrency : null) ?? CONCURRENCY);
  const total = options.sent.size + missing;
  let completionToken: string | null = null as string | null;
  const failures: unknown[] = [];
  const upload = async (hashes: readonly string[]): Promise<void> => {
    // After a failure what is under way finishes, so that the next session need not ask for it; the rest is dropped.
    if (failures.length > 0) return;
    try {
      const answer = await uploadWithRetries(session.jwt, { hashes, single, claims, options });
      completionToken = answer.jwt ?? completionToken;
      for (const hash of hashes) options.sent.add(hash);
      options.onProgress?.({ uploaded: options.sent.size, total });
    } catch (error) {
      failures.push(error);
    }
  };
  await Promise.all(requests.map((hashes) => limit(() => upload(hashes))));
  if (failures.length > 0) throw failures[0];
  if (completionToken === null) throw noCompletionToken();
  return completionToken;
}

async function uploadWithRetries(
  jwt: string,
  request: {
    readonly hashes: readonly string[];
    readonly single: boolean;
    readonly claims: SessionClaims;
    readonly options: SessionOptions;
  },
): Promise<{ readonly jwt?: string | undefined }> {
  const { hashes, single, claims, options } = request;
  const { api, signal, backoffMs = 1000, now = Date.now, sleep = sleepFor } = options;
  const attempt = async (): Promise<{ readonly jwt?: string | undefined }> => {
    const files = await Promise.all(hashes.map((hash) => readAsset(hash, options)));
    const [file] = files;
    if (single && file !== undefined && api.uploadSingle !== undefined) return api.uploadSingle(jwt, file);
    return api.uploadBucket(jwt, files);
  };
  const expired = (): boolean => claims.expiresAt !== null && claims.expiresAt <= now();
  for (let retry = 0; ; retry += 1) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (retry === RETRIES || !isTransient(error) || expired()) throw error;
      await sleep(backoffMs * 2 ** retry, signal);
    }
  }
}

async function sleepFor(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, compact({ signal }));
}

/** No answer, too many requests, or the server's own trouble. Everything else is an answer that will not change. */
function isTransient(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return error.status === null || error.status === 429 || error.status >= 500;
}

/** The token is too old, by its own words or by the API's. */
function isExpired(session: AssetSession, error: unknown, now: () => number = Date.now): boolean {
  const { expiresAt } = sessionClaims(session.jwt);
  if (!(error instanceof ApiError)) return false;
  return error.status === 401 || (expiresAt !== null && expiresAt <= now());
}

async function readAsset(
  hash: string,
  { byHash, manifest }: Pick<SessionOptions, 'byHash' | 'manifest'>,
): Promise<AssetFile> {
  const entry = byHash.get(hash);
  if (entry === undefined) {
    throw new ApiError(
      'API_UNREACHABLE',
      `Cloudflare asked for a file that is not in the manifest: ${hash.slice(0, 64)}.`,
      {
        status: null,
        apiCodes: [],
      },
    );
  }
  if (entry.file === null) {
    throw new DeployError(
      'RESOURCE_MISSING',
      `Cloudflare no longer has the asset ${entry.path} of this upload, and only its name was kept.`,
      { hint: 'Check its commit out, build the site, and deploy it.' },
    );
  }
  const [content, { assetHash }] = await Promise.all([readFile(entry.file), import('./asset-hash.ts')]);
  if (assetHash(content, entry.file, manifest.salt) !== hash) {
    throw new ConfigError('ASSETS_INVALID', `The asset ${entry.path} changed while it was being uploaded.`, {
      hint: 'Wait until the build of the site is done, then deploy again.',
    });
  }
  return { hash, content, contentType: entry.contentType ?? 'application/null' };
}

function noCompletionToken(): ApiError {
  return new ApiError(
    'API_UNREACHABLE',
    'All assets were uploaded, but Cloudflare sent no completion token.',
    {
      status: null,
      apiCodes: [],
      hint: 'Deploy again: files that arrived are not sent twice.',
    },
  );
}
