import { ConflictError } from '../errors.ts';
import { sameEnvironment } from '../resolve/environments.ts';
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
  if (owner === undefined || owner === ownerName(target)) return null;
  const { environment } = target;
  const names = environment === null ? [] : sameEnvironment(environment);
  return names.some((name) => ownerName({ ...target, environment: name }) === owner) ? null : owner;
}

/**
 * Refuses to change a Worker that another tenant deployed. Only the tenants are compared: at night, with broken files, more
 * is not known of whoever asks.
 * @throws ConflictError CONFLICT
 */
export function refuseOtherTenant(
  { tenant, scriptName }: { readonly tenant: string; readonly scriptName: string },
  annotations: Readonly<Record<string, string>>,
): void {
  const owner = readMarker(annotations)?.of;
  const said = owner === undefined ? null : parseOwner(owner);
  if (owner === undefined || said === null || said.tenant === tenant) return;
  throw new ConflictError(
    'CONFLICT',
    `The Worker "${scriptName}" was deployed as ${readable(owner)}, so it is not ${tenant}'s to change. Nothing was changed.`,
    { hint: 'Correct the name in the files, or add --take-over if it really is the one.' },
  );
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
