import type { AssetEntry, AssetManifest } from '../assets/manifest.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';

/** Where an upload went: an artifact is only given out for the Worker it was made for. */
export type ArtifactTarget = Pick<ResolvedWorker, 'accountId' | 'scriptName' | 'dispatchNamespace'>;

/** The code of an upload; what a bundle has beside it is not needed to upload it again. */
export type ArtifactCode = Pick<
  Bundle,
  'format' | 'mainModule' | 'modules' | 'sourceMaps' | 'bindings' | 'exports' | 'digest' | 'size'
>;

/** What the upload said beside the code: everything versioned, and names of secrets. Never a secret's value. */
export type ArtifactConfig = Pick<
  ResolvedWorker,
  | 'compatibilityDate'
  | 'compatibilityFlags'
  | 'bindings'
  | 'secrets'
  | 'keepVars'
  | 'exports'
  | 'settings'
  | 'runtime'
  | 'codeUpdateStrategy'
  | 'unsafeMetadata'
>;

/** The static assets of an upload: which files, not what is in them. Cloudflare keeps those that a version uses. */
export interface ArtifactAssets extends Pick<AssetManifest, 'config' | 'digest' | 'totalBytes'> {
  readonly binding: string | null;
  readonly entries: readonly Omit<AssetEntry, 'file'>[];
}

/** Everything that is needed to upload a version again. */
export interface Artifact {
  readonly target: ArtifactTarget;
  /** Null for an assets-only Worker. */
  readonly code: ArtifactCode | null;
  readonly config: ArtifactConfig;
  /** Durable Object migration the Worker was at after the upload; null without any. */
  readonly migrationTag: string | null;
  readonly assets: ArtifactAssets | null;
}

/** Kinds of bindings whose value is secret. */
const SECRET_TYPES: readonly string[] = ['secret_text', 'secret_key'];

/** The artifact of an upload. Pure. */
export function artifactOf(
  worker: ResolvedWorker,
  upload: { readonly bundle: Bundle | null; readonly assets: AssetManifest | null },
): Artifact {
  const { bundle, assets } = upload;
  const { accountId, scriptName, dispatchNamespace } = worker;
  return {
    target: { accountId, scriptName, dispatchNamespace },
    code: bundle === null ? null : codeOf(bundle),
    config: configOf(worker),
    migrationTag: worker.migrations.at(-1)?.tag ?? null,
    assets:
      assets === null
        ? null
        : {
            binding: worker.assets?.binding ?? null,
            config: assets.config,
            digest: assets.digest,
            totalBytes: assets.totalBytes,
            entries: assets.entries.map(({ path, hash, size, contentType }) => ({
              path,
              hash,
              size,
              contentType,
            })),
          },
  };
}

function codeOf(bundle: Bundle): ArtifactCode {
  const { format, mainModule, modules, sourceMaps, bindings, exports, digest, size } = bundle;
  return { format, mainModule, modules, sourceMaps, bindings, exports, digest, size };
}

function configOf(worker: ResolvedWorker): ArtifactConfig {
  return {
    compatibilityDate: worker.compatibilityDate,
    compatibilityFlags: worker.compatibilityFlags,
    // A file may write one down as an unsafe binding; what is secret is in Cloudflare and nowhere else.
    bindings: worker.bindings.filter(({ type }) => !SECRET_TYPES.includes(type)),
    secrets: worker.secrets,
    keepVars: worker.keepVars,
    exports: worker.exports,
    settings: worker.settings,
    runtime: worker.runtime,
    codeUpdateStrategy: worker.codeUpdateStrategy,
    unsafeMetadata: worker.unsafeMetadata,
  };
}
