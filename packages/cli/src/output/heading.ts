import type { Style } from './style.ts';

/** `tenant (environment) script`, the first line of a tenant's part. */
export function heading(
  of: { readonly tenant: string; readonly environment: string | null; readonly scriptName?: string | null },
  style: Style,
): string {
  const name = of.scriptName === undefined || of.scriptName === null ? '' : ` ${style.dim(of.scriptName)}`;
  return `${style.bold(of.tenant)} (${of.environment ?? 'top level'})${name}`;
}
