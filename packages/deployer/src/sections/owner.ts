import { ownerName, readMarker } from './marker.ts';

/** Whose a Worker says it is. */
export interface OwnedBy {
  readonly tenant: string;
  readonly worker: string | null;
  readonly environment: string | null;
}

/** As whom a Worker was deployed, when that is somebody else; null when it is the same, or nothing tells. */
export function isForeign(target: OwnedBy, annotations: Readonly<Record<string, string>>): string | null {
  const owner = readMarker(annotations)?.of;
  return owner === undefined || owner === ownerName(target) ? null : owner;
}

/** `acme@staging` as it is written elsewhere: `acme (staging)`. The marker is what somebody wrote, so it may be anything. */
export function readable(owner: string): string {
  const [name = '', environment] = owner.slice(0, 200).split('@', 2);
  return environment === undefined ? name : `${name} (${environment})`;
}
