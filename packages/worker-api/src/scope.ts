import type { Env } from './env.ts';
import type { Tenant, TenantSettings } from './tenant.ts';

/** What every step of a chat needs: the bindings, whose request it is, and the settings in force for it. */
export interface Scope {
  readonly env: Env;
  readonly tenant: Tenant;
  readonly settings: TenantSettings;
}
