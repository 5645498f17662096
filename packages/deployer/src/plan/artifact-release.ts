import type { Artifact, ArtifactAssets } from '../artifacts/artifact.ts';
import type { AssetManifest } from '../assets/manifest.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import { createRelease, type Release } from './plan.ts';

/**
 * An upload that was kept, as a release that takes the road of any other. The files say where it goes and how it is
 * checked; what is versioned is the artifact's.
 */
export function releaseOfArtifact(worker: ResolvedWorker, artifact: Artifact): Release {
  const { code, config, assets } = artifact;
  const kept: ResolvedWorker = {
    ...worker,
    ...config,
    build: null,
    inherited: [],
    assets: assets === null ? null : { directory: '', binding: assets.binding, config: assets.config },
  };
  return createRelease(
    kept,
    code === null ? null : bundleOf(code),
    assets === null ? null : manifestOf(assets),
  );
}

function bundleOf(code: NonNullable<Artifact['code']>): Bundle {
  return { ...code, localSourceMap: null, inputs: [], warnings: [] };
}

function manifestOf({ entries, config, digest, totalBytes }: ArtifactAssets): AssetManifest {
  return {
    config,
    digest,
    totalBytes,
    // Nothing is hashed: of the files only their hashes were kept.
    salt: '',
    warnings: [],
    entries: entries.map((entry) => ({ ...entry, file: null })),
  };
}
