import { ConfigError } from '../../errors.ts';
import { didYouMean } from '../../findings/did-you-mean.ts';
import { wildcard } from '../../text/wildcard.ts';

/**
 * The tenants a command is for, in the given order. A name or a pattern with `*` and `?` that matches nothing is an
 * error: a typo must not deploy fewer tenants than meant.
 * @throws ConfigError TENANT_UNKNOWN, or USAGE when nothing is left
 */
export function selectTenants(
  tenants: readonly string[],
  selection: { readonly only?: readonly string[]; readonly exclude?: readonly string[] },
): readonly string[] {
  const only = (selection.only ?? []).map((pattern) => matching(tenants, pattern));
  const excluded = new Set((selection.exclude ?? []).flatMap((pattern) => matching(tenants, pattern)));
  const wanted = selection.only === undefined ? new Set(tenants) : new Set(only.flat());
  const selected = tenants.filter((tenant) => wanted.has(tenant) && !excluded.has(tenant));
  if (selected.length > 0) return selected;
  throw nothingLeft(tenants);
}

/** The error for a selection of which nothing is left. */
export function nothingLeft(tenants: readonly string[]): ConfigError {
  const shown = tenants.slice(0, 20).join(', ') || '(none)';
  const more = tenants.length > 20 ? ` and ${tenants.length - 20} more` : '';
  return new ConfigError('USAGE', 'The selection leaves no tenant.', {
    hint: `Tenants are: ${shown}${more}.`,
  });
}

function matching(tenants: readonly string[], pattern: string): readonly string[] {
  const matches = wildcard(pattern, { questionMark: true });
  const found = tenants.filter((tenant) => matches(tenant));
  if (found.length > 0) return found;
  const meant = didYouMean(pattern, tenants);
  throw new ConfigError('TENANT_UNKNOWN', `No tenant matches ${JSON.stringify(pattern.slice(0, 64))}.`, {
    hint: meant === null ? (nothingLeft(tenants).hint ?? '') : `Did you mean "${meant}"?`,
  });
}
