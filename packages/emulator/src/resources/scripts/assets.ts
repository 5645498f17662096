import { ASSET_TOKEN_IS_BOUND } from '../../upload/version-assets.ts';
import { documented, observed } from '../../api/behaviour.ts';
import { failure } from '../../api/errors.ts';
import { readObject } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { MAX_ASSET_BYTES, PLAN_LIMITS } from '../../rules/account/limits.ts';
import { keyOf } from '../../store/documents.ts';
import type { AssetSessionDocument } from '../../store/model/assets.ts';
import { readFileFields } from '../../upload/form.ts';
import { isObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';

/** Bytes after which a new bucket is begun. */
const BUCKET_BYTES = 50 * 1024 * 1024;
const UPLOAD = '/accounts/:account_id/workers/assets/upload';

/** Static assets: announce a manifest, upload what is missing, get the completion token. */
export const assetResource: Resource = {
  product: 'Static assets',
  endpoints: [
    endpoint(
      'POST /accounts/:account_id/workers/scripts/:script_name/assets-upload-session',
      { known: 'observed', permission: P.scriptsWrite },
      startAssetSession,
    ),
    endpoint(
      `POST ${UPLOAD}`,
      { known: 'observed', permission: null, query: ['base64'], auth: 'assets' },
      async (call) => {
        if (call.query.get('base64') !== 'true')
          throw failure('invalidRequest', 'Only base64=true uploads are known.');
        const files = await readFileFields(call.request);
        for (const { field, type, bytes } of files) {
          await keepFile(call, field, Buffer.from(Buffer.from(bytes).toString('latin1'), 'base64'), type);
        }
        return answerUpload(call);
      },
    ),
    endpoint(
      `POST ${UPLOAD}/:hash`,
      { known: 'observed', permission: null, auth: 'assets' },
      async (call) => {
        const bytes = new Uint8Array(await call.request.arrayBuffer());
        await keepFile(call, param(call, 'hash'), bytes, call.request.headers.get('content-type') ?? '');
        return answerUpload(call);
      },
    ),
  ],
  behaviours: [
    documented(
      'Only files the account does not have are asked for; the last upload answers 201 with the completion token.',
    ),
    documented('Tokens live one hour. 25 MiB per file; 20,000 or 100,000 files per version.'),
    observed('Bad `_redirects` or `_headers`: 100324.'),
    ASSET_TOKEN_IS_BOUND,
  ],
};

/** Starts an upload session for the path's Worker (which need not exist yet). */
export async function startAssetSession(call: Call): Promise<Response> {
  const manifest = readManifest(
    await readObject(call, ['manifest']),
    PLAN_LIMITS[call.account.plan].assetFiles,
  );
  const session: AssetSessionDocument = {
    id: call.ids.hex(),
    accountId: call.account.id,
    scriptName: param(call, 'script_name'),
    dispatchNamespace: call.params['dispatch_namespace'] ?? null,
    manifest,
    buckets: missingBuckets(call, manifest),
    createdOn: call.clock.now().toISOString(),
  };
  call.store.write((tx) => tx.put('assetSession', keyOf(call.account.id, session.id), session));
  const use = session.buckets.length === 0 ? 'complete' : 'upload';
  const jwt = await call.assetTokens.sign({ use, session: session.id, account: call.account.id });
  return success({ jwt, buckets: session.buckets });
}

function missingBuckets(call: Call, manifest: AssetSessionDocument['manifest']): string[][] {
  const buckets: string[][] = [];
  const seen = new Set<string>();
  let room = 0;
  for (const { hash, size } of Object.values(manifest)) {
    if (seen.has(hash) || call.store.get('assetFile', keyOf(call.account.id, hash)) !== undefined) continue;
    seen.add(hash);
    if (room < size || buckets.length === 0) {
      buckets.push([]);
      room = BUCKET_BYTES;
    }
    buckets.at(-1)?.push(hash);
    room -= size;
  }
  return buckets;
}

async function keepFile(call: Call, hash: string, bytes: Uint8Array, type: string): Promise<void> {
  const announced = sessionOf(call).buckets.flat();
  if (!announced.includes(hash))
    throw failure('invalidRequest', `The file ${hash.slice(0, 64)} was not asked for.`);
  if (bytes.byteLength > MAX_ASSET_BYTES) throw failure('invalidRequest', `The file ${hash} exceeds 25 MiB.`);
  const blob = await call.blobs.put(bytes);
  const contentType = type === '' || type === 'application/null' ? null : type;
  call.store.write((tx) =>
    tx.put('assetFile', keyOf(call.account.id, hash), {
      accountId: call.account.id,
      hash,
      blob,
      size: bytes.byteLength,
      contentType,
    }),
  );
}

/** 201 with the completion token once nothing is missing any more; 202 before. */
async function answerUpload(call: Call): Promise<Response> {
  const session = sessionOf(call);
  const missing = session.buckets
    .flat()
    .some((hash) => call.store.get('assetFile', keyOf(call.account.id, hash)) === undefined);
  if (missing) return success({}, { status: 202 });
  const jwt = await call.assetTokens.sign({ use: 'complete', session: session.id, account: call.account.id });
  return success({ jwt }, { status: 201 });
}

function sessionOf(call: Call): AssetSessionDocument {
  const session = call.store.get('assetSession', keyOf(call.account.id, call.actor.id));
  if (session === undefined) throw failure('authentication');
  return session;
}

function readManifest(body: JsonObject, maxFiles: number): AssetSessionDocument['manifest'] {
  const manifest = body['manifest'];
  if (!isObject(manifest)) throw failure('invalidRequest', 'manifest must be an object.');
  const entries = Object.entries(manifest);
  if (entries.length > maxFiles)
    throw failure('invalidRequest', `The manifest has more than ${maxFiles} files.`);
  const read = entries.map(([path, value]) => {
    if (!path.startsWith('/'))
      throw failure('invalidRequest', `Asset path ${path.slice(0, 100)} must start with "/".`);
    const { hash, size } = isObject(value) ? value : {};
    if (typeof hash !== 'string' || !/^[0-9a-f]{32}$/.test(hash)) {
      throw failure('invalidRequest', `The hash of ${path.slice(0, 100)} must be 32 hex characters.`);
    }
    if (typeof size !== 'number' || size < 0 || size > MAX_ASSET_BYTES) {
      throw failure('invalidRequest', `The size of ${path.slice(0, 100)} is not allowed.`);
    }
    return [path, { hash, size }] as const;
  });
  return Object.fromEntries(read);
}
