import type { Artifact, ArtifactTarget } from './artifact.ts';

/** How long artifacts are kept. */
export interface Keeping {
  /** Older ones go, ms. @default 90 days */
  readonly maxAgeMs: number;
  /** Newest ones of a target that stay however old they are. @default 10 */
  readonly least: number;
  /** Ones of a target that stay at most: Cloudflare deploys the newest 100 versions. @default 100 */
  readonly most: number;
}

/** What pruning took away. */
export interface Pruned {
  readonly artifacts: number;
  /** Code that no artifact refers to any more. */
  readonly codes: number;
}

/**
 * Where the uploads of deployed versions are kept, so that one can be uploaded again. By digest: the same upload is kept
 * once, and code that many targets share is kept once for all of them. Nothing with a secret in it is kept.
 */
export interface ArtifactStore {
  /**
   * Keeps it, whole or not at all.
   * @returns its digest, 32 hexadecimal digits
   * @throws DeployError ARTIFACT_REFUSED for one that holds the value of a known secret; what the file system says
   */
  put(artifact: Artifact): Promise<string>;
  /** The artifact of that target; null when there is none, or when what is kept is not what was put. */
  get(target: ArtifactTarget, digest: string): Promise<Artifact | null>;
  /** Drops what is old; at most once a day, unless asked for by `now`. */
  prune(when?: 'due' | 'now'): Promise<Pruned>;
}
