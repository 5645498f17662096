import type { LiveWorker } from './live.ts';

/** A change of secrets that is live: it made a version of the same code. */
export interface SecretChange {
  readonly versionId: string;
  readonly author: string | null;
  /** ISO time; null where nothing tells. */
  readonly at: string | null;
}

/**
 * Changes of secrets since anything else was deployed, newest first. That is all there is to see of a new value: it cannot be
 * read. Pure.
 *
 * Source: `workers/triggered_by` of deployments and versions.
 */
export function liveSecretChanges({
  deployments,
  version,
}: Pick<LiveWorker, 'deployments' | 'version'>): readonly SecretChange[] {
  const other = deployments.findIndex(
    ({ annotations }, index) =>
      !isOfSecret(annotations) && !(index === 0 && isOfSecret(version?.annotations ?? {})),
  );
  return deployments.slice(0, other === -1 ? deployments.length : other).flatMap((deployment) =>
    deployment.versions.slice(0, 1).map(({ versionId }) => ({
      versionId,
      author: deployment.author,
      at: deployment.createdOn === '' ? null : deployment.createdOn,
    })),
  );
}

/** What drift says of one that nobody here made. */
export function secretNotice({ versionId, author, at }: SecretChange): string {
  const by = author === null ? '' : ` by ${author}`;
  const when = at === null ? '' : ` at ${at}`;
  return `secrets were changed${by}${when} (version ${versionId}), of which no record here tells; values of secrets cannot be read, so whether they are still yours is not known`;
}

function isOfSecret(annotations: Readonly<Record<string, string>>): boolean {
  return annotations['workers/triggered_by'] === 'secret';
}
