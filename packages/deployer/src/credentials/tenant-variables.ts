import { ConfigError } from '../errors.ts';
import { isOrdinaryEnding, isReservedVariable } from '../security/variables.ts';

/**
 * Suffix of a tenant's own variables: `my-tenant` → `MY_TENANT`, `my_tenant` → `MY__TENANT`. Two tenants get the same
 * one only when they differ in upper and lower case alone, or in `--` and `_`; {@link checkSuffixes} refuses those.
 */
export function tenantSuffix(tenant: string): string {
  return tenant.toUpperCase().replaceAll('_', '__').replaceAll('-', '_');
}

/** Whose variables are whose, looked up without asking every tenant of a project: there may be thousands. */
export interface TenantSuffixes {
  /**
   * Whose variable it is: of the tenant with the longest suffix that it ends in, so that `API_KEY_MY_SHOP` is of
   * `my-shop` and not of a tenant `shop` with a secret `API_KEY_MY`. Null for a variable of nobody.
   */
  ownerOf(variable: string): string | null;
  /** Another tenant that would use the same variables; null when none would. */
  twinOf(tenant: string): string | null;
}

/** Indexes the suffixes of all tenants of a project. */
export function indexSuffixes(tenants: readonly string[]): TenantSuffixes {
  const bySuffix = new Map<string, string[]>();
  for (const tenant of tenants) {
    const suffix = tenantSuffix(tenant);
    const known = bySuffix.get(suffix);
    if (known === undefined) bySuffix.set(suffix, [tenant]);
    else known.push(tenant);
  }
  return {
    ownerOf(variable) {
      for (let at = variable.indexOf('_'); at !== -1; at = variable.indexOf('_', at + 1)) {
        const [owner] = bySuffix.get(variable.slice(at + 1)) ?? [];
        if (owner !== undefined) return owner;
      }
      return null;
    },
    twinOf: (tenant) => bySuffix.get(tenantSuffix(tenant))?.find((one) => one !== tenant) ?? null,
  };
}

/**
 * Refuses a project in which another tenant would use the same variables as this one.
 * @throws ConfigError CONFIG_INVALID naming both
 */
export function checkSuffixes(tenant: string, suffixes: TenantSuffixes): void {
  const other = suffixes.twinOf(tenant);
  if (other === null) return;
  throw new ConfigError(
    'CONFIG_INVALID',
    `The tenants ${tenant} and ${other} would share the variables that end in _${tenantSuffix(tenant)}.`,
    { hint: 'Rename one of them: each needs variables of its own.' },
  );
}

/**
 * The variable in which a tenant's own value of a secret may be; null when the one of that name belongs to a reserved
 * family, to another tenant, or could be anybody's.
 */
export function ownVariable(name: string, tenant: string, suffixes: TenantSuffixes): string | null {
  const suffix = tenantSuffix(tenant);
  const variable = `${name}_${suffix}`;
  if (isOrdinaryEnding(suffix) || isReservedVariable(variable)) return null;
  return isOwn(variable, tenant, suffixes) ? variable : null;
}

/** Whether a variable is this tenant's, be the tenant among those indexed or not. */
export function isOwn(variable: string, tenant: string, suffixes: TenantSuffixes): boolean {
  const suffix = tenantSuffix(tenant);
  if (!variable.endsWith(`_${suffix}`)) return false;
  const owner = suffixes.ownerOf(variable);
  return owner === null || owner === tenant || tenantSuffix(owner).length < suffix.length;
}
