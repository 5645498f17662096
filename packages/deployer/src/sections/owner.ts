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

/** The other project that deployed a Worker; null when it was this one, or nothing tells. */
export function otherProject(
  project: string | null,
  annotations: Readonly<Record<string, string>>,
): string | null {
  const said = readMarker(annotations)?.project;
  return said === undefined || project === null || said === project ? null : said;
}

/** Who an owner's name means: `acme/api@staging` → tenant, Worker and environment; null when it is no such name. */
export function parseOwner(owner: string): OwnedBy | null {
  const found = /^([^/@\s]{1,63})(?:\/([^@\s]{1,255}))?(?:@([^\s]{1,400}))?$/.exec(owner);
  if (found === null) return null;
  const [, tenant = '', worker = null, environment = null] = found;
  try {
    return { tenant, worker, environment: environment === null ? null : decodeURIComponent(environment) };
  } catch {
    return null;
  }
}

/** `acme@staging` as it is written elsewhere: `acme (staging)`. The marker is what somebody wrote, so it may be anything. */
export function readable(owner: string): string {
  const [name = '', environment] = owner.slice(0, 200).split('@', 2);
  return environment === undefined ? name : `${name} (${environment})`;
}
