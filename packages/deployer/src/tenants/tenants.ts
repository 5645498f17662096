import type { LoadedProject } from '../project/load-project-config.ts';
import { openTenants } from './catalog.ts';
import type { LoadedTenant } from './loaded-tenant.ts';

export type { LoadedTenant } from './loaded-tenant.ts';

/**
 * Ids of all tenants, sorted: of the folders under `tenants/`, the tables, and what the project's code gives.
 *
 * @param rootDir absolute path of the project root
 * @throws ConfigError ROOT_NOT_FOUND without any of them
 */
export async function loadTenants(rootDir: string, project?: LoadedProject): Promise<readonly string[]> {
  return (await openTenants(rootDir, { project })).ids();
}

/**
 * Reads a tenant's files, keeping positions. What is wrong with the files is in `findings`.
 *
 * @param rootDir absolute path of the project root
 * @throws ConfigError TENANT_UNKNOWN when there is no such tenant, ROOT_NOT_FOUND without any source of tenants
 */
export async function loadTenant(
  rootDir: string,
  tenantId: string,
  project?: LoadedProject,
): Promise<LoadedTenant> {
  return (await openTenants(rootDir, { project })).load(tenantId);
}
