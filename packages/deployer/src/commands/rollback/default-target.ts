import type { Deployment, VersionSummary } from '../../cloudflare/shapes.ts';
import type { StoredRecord } from '../../records/file-store.ts';
import { readMarker, type Marker } from '../../sections/marker.ts';

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
 * The last version that had all traffic and was, as far as anybody noted, well, and that runs other code than the live
 * one. Passed over: what a health check found sick, what somebody went back from, and what runs the same code, such as
 * the version that changing a secret makes; then what nobody could tell the health of. In a split the newest version with
 * traffic is the one to get away from. Pure.
 */
export function defaultTarget(history: History): DefaultTarget {
  const leaving = versionToLeave(history);
  const whole = history.deployments.flatMap((deployment) => wholeVersion(deployment) ?? []);
  const code = leaving === null ? null : codeOf(history.versions, leaving);
  const judged = [...new Set(whole)]
    .filter((id) => id !== leaving)
    .map((versionId) => {
      const bad = badBecause(history, versionId);
      const same = code !== null && code === codeOf(history.versions, versionId);
      const unsure = untold(history, versionId);
      return { versionId, bad, same, why: bad ?? (same ? SAME_CODE : unsure) };
    });
  const well = judged.filter(({ bad }) => bad === null);
  const chosen = judged.find(({ why }) => why === null) ?? well.find(({ same }) => !same) ?? well[0];
  const before = chosen === undefined ? judged : judged.slice(0, judged.indexOf(chosen));
  return {
    versionId: chosen?.versionId ?? null,
    passedOver: before.flatMap(({ versionId, why }) => (why === null ? [] : [{ versionId, why }])),
  };
}

const SAME_CODE = 'it is the same code as what is live';

/** The newest version that has traffic now: with one version, the live one. */
function versionToLeave({ deployments, versions }: History): string | null {
  const shares = (deployments[0]?.versions ?? []).filter(({ percentage }) => percentage > 0);
  const newest = shares.toSorted(
    (a, b) => (numberOf(versions, b.versionId) ?? 0) - (numberOf(versions, a.versionId) ?? 0),
  )[0];
  return newest?.versionId ?? null;
}

/** Why nobody knows whether it was well, though it was asked; null when it was, or when nobody asked. */
function untold({ records }: History, versionId: string): string | null {
  const own = records.filter(({ record }) => record.versionId === versionId && record.health !== null);
  const told = own.some(({ record }) => ['healthy', 'skipped'].includes(record.health?.verdict ?? ''));
  const [last] = own;
  return last === undefined || told
    ? null
    : `its health check could not tell at ${last.record.startedAt} (${last.path})`;
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
  const { lacks } = markerOf(versions, versionId) ?? {};
  if (lacks !== undefined)
    return `it is the first upload of its Worker, which lacks ${lacks} of its bindings`;
  const left = leftAt(deployments, versions, versionId);
  return left === null ? null : `it was gone back from at ${left}`;
}

/**
 * When the version's code was last left for older code; null when it was not, or was made live again since. A version that
 * brought old code back counts as old as that code.
 */
function leftAt(
  deployments: readonly Deployment[],
  versions: readonly VersionSummary[],
  versionId: string,
): string | null {
  const code = codeOf(versions, versionId);
  const isOne = (id: string): boolean => id === versionId || (code !== null && codeOf(versions, id) === code);
  const last = deployments.findIndex((deployment) => isOne(wholeVersion(deployment) ?? ''));
  const number = ageOf(versions, wholeVersion(deployments[last]) ?? '');
  const next = deployments[last - 1];
  if (next === undefined || number === null) return null;
  const numbers = next.versions.map((share) => ageOf(versions, share.versionId) ?? Infinity);
  return numbers.every((other) => other < number) ? next.createdOn : null;
}

/** The version that has all traffic; null in a split. */
function wholeVersion(deployment: Deployment | undefined): string | null {
  return deployment?.versions.length === 1 ? (deployment.versions[0]?.versionId ?? null) : null;
}

/** The version's number; of one that brought an older one back, the number of that. */
function ageOf(versions: readonly VersionSummary[], versionId: string): number | null {
  const version = versions.find(({ id }) => id === versionId);
  if (version === undefined) return null;
  const back = readMarker(version.annotations)?.back;
  return back === undefined ? version.number : (numberOf(versions, back) ?? 0);
}

function numberOf(versions: readonly VersionSummary[], versionId: string): number | null {
  return versions.find(({ id }) => id === versionId)?.number ?? null;
}

/** Ways to make a version that take code and configuration along. Source: values of `workers/triggered_by`. */
const CARRIES_OVER: readonly string[] = ['secret', 'delete_secret', 'secrets_bulk'];

/**
 * What the marker of the version says, or that of the version it was made from by changing a secret. Null: not known.
 */
export function markerOf(versions: readonly VersionSummary[], versionId: string): Partial<Marker> | null {
  const ordered = versions.toSorted((a, b) => b.number - a.number);
  const start = ordered.findIndex(({ id }) => id === versionId);
  if (start < 0) return null;
  for (const { annotations } of ordered.slice(start)) {
    const marker = readMarker(annotations);
    if (marker !== null) return marker;
    if (!isOfSecret({ annotations })) return null;
  }
  return null;
}

/** What names the code of a version, its assets included. Null: not known, so it is like no other. */
function codeOf(versions: readonly VersionSummary[], versionId: string): string | null {
  const marker = markerOf(versions, versionId);
  return marker === null ? null : `${marker.code ?? ''} ${marker.assets ?? ''}`;
}

/** Whether the version was made by changing a secret. */
export function isOfSecret({ annotations }: Pick<VersionSummary, 'annotations'>): boolean {
  return CARRIES_OVER.includes(annotations['workers/triggered_by'] ?? '');
}
