import { failure } from '../../api/errors.ts';

/** A Worker's name: API pattern, and at most 63 characters because it becomes a DNS label. @throws 10016 */
export function checkScriptName(name: string): void {
  if (!/^[a-z0-9_][a-z0-9-_]*$/.test(name) || name.length > 63) {
    throw failure('invalidName', `Worker name ${JSON.stringify(name.slice(0, 80))} is invalid.`);
  }
}

/** A workers.dev subdomain: one DNS label. */
export function isSubdomain(name: string): boolean {
  return /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name);
}

/** An R2 bucket name: 3 to 63 of a–z, 0–9 and inner dashes. */
export function isBucketName(name: string): boolean {
  return /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name);
}

/** An id of 32 hex digits. */
export function isHexId(id: string): boolean {
  return /^[0-9a-f]{32}$/.test(id);
}

/** A name of a Vectorize index, workflow, or dispatch namespace: letters, digits, `_` and inner `-`, 64 at most. */
export function isResourceName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/.test(name);
}
