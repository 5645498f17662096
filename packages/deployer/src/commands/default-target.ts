import type { Deployment, VersionSummary } from '../cloudflare/shapes.ts';
import type { StoredRecord } from '../records/file-store.ts';
import { readMarker } from '../sections/marker.ts';

/** What is known of the Worker's past. */
export interface History {
  /** Newest first; the first is live. */
  readonly deployments: readonly Deployment[];
  readonly versions: readonly VersionSummary[];
  /** Newest first. */
  readonly records: readonly StoredRecord[];
}

/** Where a rollback goes when nobody says where. */
export interface DefaultTarget {
  /** Null: there is none that may be taken unasked. */
  readonly versionId: string | null;
  /** Nearer versions that were not taken, and why; newest first. */
  readonly passedOver: readonly { readonly versionId: string; readonly why: string }[];
}

/**
 * The last version that had all traffic and was, as far as anybody noted, well: not one that a health check found sick,
 * nor one that somebody went back from. One of another release than the live one is preferred: changing a secret makes a
 * version of its own that runs the same code. Pure.
 */
export function defaultTarget(history: History): DefaultTarget {
  const [live, ...older] = history.deployments;
  const shares = live?.versions.filter(({ percentage }) => percentage > 0) ?? [];
  // Of a split, the version that had all traffic before it is the way back, though it has a part of it still.
  const before = shares.length > 1 ? wholeBefore(older, shares) : null;
  const liveIds = shares.map(({ versionId }) => versionId).filter((id) => id !== before);
  const whole = older.flatMap(({ versions }) => versions.filter(({ percentage }) => percentage === 100));
  const candidates = [...new Set(whole.map(({ versionId }) => versionId))].filter(
    (id) => !liveIds.includes(id),
  );
  const liveReleases = liveIds.map((id) => releaseOf(history.versions, id));
  const judged = candidates.map((versionId) => {
    const same = liveReleases.some(
      (release) => release !== null && release === releaseOf(history.versions, versionId),
    );
    const bad = badBecause(history, versionId);
    return {
      versionId,
      bad,
      why: bad ?? (same ? 'it is the same code and configuration as what is live' : null),
    };
  });
  const chosen = judged.find(({ why }) => why === null) ?? judged.find(({ bad }) => bad === null);
  const nearer = chosen === undefined ? judged : judged.slice(0, judged.indexOf(chosen));
  return {
    versionId: chosen?.versionId ?? null,
    passedOver: nearer.flatMap(({ versionId, why }) => (why === null ? [] : [{ versionId, why }])),
  };
}

/** The version of a split that had all traffic last; null when none of them had. */
function wholeBefore(older: readonly Deployment[], shares: Deployment['versions']): string | null {
  const last = older.find(({ versions }) => versions.some(({ percentage }) => percentage === 100));
  const id = last?.versions.find(({ percentage }) => percentage === 100)?.versionId ?? null;
  return shares.some(({ versionId }) => versionId === id) ? id : null;
}

/** Why nobody should be sent there; null when nothing speaks against it. */
function badBecause({ deployments, versions, records }: History, versionId: string): string | null {
  const checked = records.find(
    ({ record }) =>
      record.versionId === versionId && ['healthy', 'unhealthy'].includes(record.health?.verdict ?? ''),
  );
  if (checked?.record.health?.verdict === 'unhealthy') {
    return `its health check failed at ${checked.record.startedAt} (${checked.path})`;
  }
  const left = leftAt(deployments, versions, versionId);
  return left === null ? null : `it was gone back from at ${left}`;
}

/** When the version was last left for an older one; null when it was not, or was made live again since. */
function leftAt(
  deployments: readonly Deployment[],
  versions: readonly VersionSummary[],
  versionId: string,
): string | null {
  const last = deployments.findIndex((deployment) => hasAll(deployment, versionId));
  const next = deployments[last - 1];
  const number = numberOf(versions, versionId);
  if (next === undefined || number === null) return null;
  const numbers = next.versions.map((share) => numberOf(versions, share.versionId) ?? Infinity);
  return numbers.every((other) => other < number) ? next.createdOn : null;
}

function hasAll({ versions }: Deployment, versionId: string): boolean {
  return versions.length === 1 && versions[0]?.versionId === versionId;
}

function numberOf(versions: readonly VersionSummary[], versionId: string): number | null {
  return versions.find(({ id }) => id === versionId)?.number ?? null;
}

/** Ways to make a version that take code and configuration along. Source: values of `workers/triggered_by`. */
const CARRIES_OVER: readonly string[] = ['secret', 'delete_secret', 'secrets_bulk'];

/**
 * What names the code and the configuration of a version: its marker's digests, or those of the version it was made from
 * by changing a secret. Null: not known, so it is like no other.
 */
function releaseOf(versions: readonly VersionSummary[], versionId: string): string | null {
  const ordered = versions.toSorted((a, b) => b.number - a.number);
  const start = ordered.findIndex(({ id }) => id === versionId);
  if (start < 0) return null;
  for (const { annotations } of ordered.slice(start)) {
    const marker = readMarker(annotations);
    if (marker !== null)
      return [marker.code, marker.config, marker.assets].map((part) => part ?? '').join(' ');
    if (!CARRIES_OVER.includes(annotations['workers/triggered_by'] ?? '')) return null;
  }
  return null;
}
