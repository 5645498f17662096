/**
 * True for a name that is safe as a folder, in an environment variable and in a record's file name: lower-case ASCII
 * letters, digits, dashes and underscores. Refuses paths (`../x`), look-alike letters and control characters.
 */
export function isTenantId(value: string): boolean {
  return /^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/i.test(value);
}

/** The rule of {@link isTenantId} in words. */
export const TENANT_ID_RULE =
  '1 to 63 ASCII letters, digits, dashes and underscores, with a letter or digit at both ends';
