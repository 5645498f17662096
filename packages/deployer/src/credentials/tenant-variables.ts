import { ConfigError } from '../errors.ts';
import { isOrdinaryEnding, isReservedVariable } from '../security/variables.ts';

/**
 * Suffix of a tenant's own variables: `my-tenant` → `MY_TENANT`, `my_tenant` → `MY__TENANT`. Two tenants get the same
 * one only when they differ in upper and lower case alone, or in `--` and `_`; {@link checkSuffixes} refuses those.
 */
export function tenantSuffix(tenant: string): string {
  return tenant.toUpperCase().replaceAll('_', '__').replaceAll('-', '_');
}

/**
 * Refuses a project in which another tenant would use the same variables as this one.
 * @throws ConfigError CONFIG_INVALID naming both
 */
export function checkSuffixes(tenant: string, tenants: readonly string[]): void {
  const suffix = tenantSuffix(tenant);
  const other = tenants.find((one) => one !== tenant && tenantSuffix(one) === suffix);
  if (other === undefined) return;
  throw new ConfigError(
    'CONFIG_INVALID',
    `The tenants ${tenant} and ${other} would share the variables that end in _${suffix}.`,
    { hint: 'Rename one of them: each needs variables of its own.' },
  );
}

/**
 * Whose variable it is: of the tenant with the longest suffix that it ends in, so that `API_KEY_MY_SHOP` is of `my-shop`
 * and not of a tenant `shop` with a secret `API_KEY_MY`. Null for a variable of nobody.
 */
export function ownerOf(variable: string, tenants: readonly string[]): string | null {
  const owners = tenants.filter((tenant) => variable.endsWith(`_${tenantSuffix(tenant)}`));
  return owners.toSorted((a, b) => tenantSuffix(b).length - tenantSuffix(a).length)[0] ?? null;
}

/**
 * The variable in which a tenant's own value of a secret may be; null when the one of that name belongs to a reserved
 * family, to another tenant, or could be anybody's.
 */
export function ownVariable(name: string, tenant: string, tenants: readonly string[]): string | null {
  const suffix = tenantSuffix(tenant);
  const variable = `${name}_${suffix}`;
  if (isOrdinaryEnding(suffix) || isReservedVariable(variable)) return null;
  return ownerOf(variable, [...tenants, tenant]) === tenant ? variable : null;
}
