import type { Deployment, LiveVersion } from '../cloudflare/shapes.ts';

/** Who made what is live, from where, when. */
export interface Provenance {
  readonly versionId: string | null;
  readonly author: string | null;
  readonly source: string | null;
  readonly at: string | null;
}

/** Provenance of the live version; the deployment fills in what the version does not say. */
export function provenanceOf(deployment: Deployment | null, version: LiveVersion | null): Provenance | null {
  if (deployment === null && version === null) return null;
  return {
    versionId: version?.id ?? deployment?.versions[0]?.versionId ?? null,
    author: version?.author ?? deployment?.author ?? null,
    source: version?.source ?? deployment?.source ?? null,
    at: version?.createdOn ?? deployment?.createdOn ?? null,
  };
}
