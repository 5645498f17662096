import { assumed } from '../api/behaviour.ts';
import { failure } from '../api/errors.ts';
import type { Call } from '../api/endpoint.ts';
import { keyOf } from '../store/documents.ts';
import type { StoredAssets, VersionDocument } from '../store/model/scripts.ts';
import { checkHeadersAndRedirects } from '../rules/versions/redirects.ts';
import type { UploadMetadata } from './metadata.ts';

/** Whether a completion token is for one Worker. */
export const ASSET_TOKEN_IS_BOUND = assumed(
  'asset-token-is-bound',
  'A completion token serves the Worker it was made for only.',
  'It serves every Worker of the account.',
);

/**
 * The static assets of a new version: those of the completion token, or with `keep_assets` (or without a token) the
 * previous version's.
 * @throws 10021 for a token that is not a completion token of this account, 100324 for bad `_headers` or `_redirects`.
 */
export async function versionAssets(
  call: Call,
  metadata: UploadMetadata,
  previous: VersionDocument | undefined,
  scriptName: string,
): Promise<StoredAssets | null> {
  if (metadata.assets === null) return metadata.keepAssets ? (previous?.assets ?? null) : null;
  const { jwt, config } = metadata.assets;
  checkHeadersAndRedirects(config);
  if (jwt === null) {
    const kept = metadata.keepAssets ? previous?.assets : undefined;
    if (kept === undefined || kept === null) throw failure('invalidRequest', 'assets.jwt is missing.');
    return { config, files: kept.files };
  }
  const claims = await call.assetTokens.read(jwt);
  if (claims === null || claims.use !== 'complete' || claims.account !== call.account.id) {
    throw failure('invalidRequest', 'assets.jwt is not a valid completion token.');
  }
  const session = call.store.get('assetSession', keyOf(call.account.id, claims.session));
  if (
    session === undefined ||
    (session.scriptName !== scriptName && call.assumptions.hold(ASSET_TOKEN_IS_BOUND))
  ) {
    throw failure('invalidRequest', 'assets.jwt belongs to another Worker.');
  }
  const files: StoredAssets['files'] = {};
  for (const [path, { hash, size }] of Object.entries(session.manifest)) {
    const file = call.store.get('assetFile', keyOf(call.account.id, hash));
    if (file === undefined) throw failure('invalidRequest', `Asset ${path} was not uploaded.`);
    files[path] = { hash, size, blob: file.blob, contentType: file.contentType };
  }
  return { config, files };
}
