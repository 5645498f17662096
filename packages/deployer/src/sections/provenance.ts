import type { Deployment } from '../cloudflare/shapes.ts';
import type { LiveVersionFacts } from './live.ts';

/** Who made what is live, from where, when. */
export interface Provenance {
  readonly versionId: string | null;
  readonly author: string | null;
  readonly source: string | null;
  readonly at: string | null;
}

/**
 * Provenance of what is live: the deployment says who put it there (a rollback in the dashboard has the version of
 * another author and day); the version fills in what the deployment does not say.
 */
export function provenanceOf(
  deployment: Deployment | null,
  version: LiveVersionFacts | null,
): Provenance | null {
  if (deployment === null && version === null) return null;
  const deployedAt = deployment?.createdOn === '' ? null : deployment?.createdOn;
  return {
    versionId: version?.id ?? deployment?.versions[0]?.versionId ?? null,
    author: deployment?.author ?? version?.author ?? null,
    source: deployment?.source ?? version?.source ?? null,
    at: deployedAt ?? version?.createdOn ?? null,
  };
}
