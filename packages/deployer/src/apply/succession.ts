import type { Deployment } from '../cloudflare/shapes.ts';
import { deploymentName, readMarker } from '../sections/marker.ts';

type Shares = Deployment['versions'];

/** A run, and the version it gives traffic to. */
export interface Claim {
  readonly run: string;
  /** The version that it uploaded; undefined while there is none. */
  readonly versionId?: string | undefined;
}

/**
 * Whose deployment the traffic belongs to. Cloudflare has no lock, but it lists deployments in one order for everybody, so
 * the list is one: of those that were made to replace the same deployment, the first one stands, and the others give way.
 * Who looks before triggers are set thus knows whether they are its own to set. What says nothing of what it replaces
 * (the dashboard, another tool) was meant to replace what was live. Pure.
 *
 * @param deployments newest first
 * @param basedOn live when this run was planned
 * @param without a run whose deployments do not count: who replaced one of them replaced what stood before it
 */
export function rightful(
  deployments: readonly Deployment[],
  basedOn: Pick<Deployment, 'id'> | null,
  without?: string,
): Deployment | null {
  const known = deployments.findIndex(({ id }) => id === basedOn?.id);
  const since = (known < 0 ? deployments : deployments.slice(0, known)).toReversed();
  let current: Deployment | null = known < 0 ? null : (deployments[known] ?? null);
  let names = [deploymentName(basedOn)];
  for (const next of since) {
    if (without !== undefined && readMarker(next.annotations)?.run === without) {
      names.push(deploymentName(next));
      continue;
    }
    if (!follows(next, current, names)) continue;
    current = next;
    names = [deploymentName(next)];
  }
  return current;
}

function follows(next: Deployment, current: Deployment | null, names: readonly string[]): boolean {
  const marker = readMarker(next.annotations);
  if (marker?.over === undefined || names.includes(marker.over)) return true;
  if (current === null) return false;
  // A run may deploy more than once; and who gives way repeats what stands.
  return readMarker(current.annotations)?.run === marker.run || sameShares(next.versions, current.versions);
}

/** Whether that run made it, or it gives all traffic to its version. */
export function isOf({ annotations, versions }: Deployment, { run, versionId }: Claim): boolean {
  if (readMarker(annotations)?.run === run) return true;
  return versionId !== undefined && versions.length === 1 && versions[0]?.versionId === versionId;
}

/** Whether both give every version the same share. A share of nothing counts: requests can ask for that version. */
export function sameShares(one: Shares, other: Shares): boolean {
  const shares = new Map(other.map(({ versionId, percentage }) => [versionId, percentage]));
  return (
    one.length === other.length &&
    one.every(({ versionId, percentage }) => shares.get(versionId) === percentage)
  );
}
