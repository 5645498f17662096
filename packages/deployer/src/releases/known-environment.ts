import { ConfigError } from '../errors.ts';
import { didYouMean } from '../findings/did-you-mean.ts';
import { chooseEnvironment } from '../resolve/environments.ts';
import { definedEnvironments } from '../resolve/resolve-loaded.ts';
import { openTenants, type TenantCatalog } from '../tenants/catalog.ts';

/**
 * Refuses an environment that no tenant's files define: nothing would ever be deployed to it, and whoever mistyped a name
 * would believe to have stopped deploys. Where a file cannot be read, or one defines no environments, nobody can tell,
 * and any name goes.
 *
 * @param rootDir absolute path of the project root
 * @param environment as it was asked for; '' is the top level, which everybody has
 * @throws ConfigError ENVIRONMENT_UNKNOWN with those that there are
 */
export async function refuseUnknownEnvironment(rootDir: string, environment: string): Promise<void> {
  if (environment === '') return;
  const tenants = await openTenants(rootDir).catch(() => null);
  if (tenants === null) return;
  const ids = await tenants.ids().catch(() => null);
  if (ids === null) return;
  const found = new Set<string>();
  for (const id of ids) {
    const defined = await environmentsOf(tenants, id).catch(() => null);
    if (defined === null || chooseEnvironment(environment, defined).kind !== 'unknown') return;
    for (const name of defined) found.add(name);
  }
  if (found.size === 0) return;
  const known = [...found].toSorted();
  const meant = didYouMean(environment, known);
  throw new ConfigError(
    'ENVIRONMENT_UNKNOWN',
    `No tenant has an environment ${JSON.stringify(environment.slice(0, 64))}.`,
    {
      hint: `${meant === null ? '' : `Did you mean "${meant}"? `}Environments are: ${known.slice(0, 20).join(', ')}.`,
      details: { environments: known },
    },
  );
}

/** Environments of all Workers of a tenant; null when a file cannot be read. */
async function environmentsOf(tenants: TenantCatalog, id: string): Promise<readonly string[] | null> {
  const all: string[] = [];
  for (const worker of await tenants.workers(id)) {
    const { workerFile, redirect } = await tenants.load(id, worker ?? undefined);
    if (workerFile === null) return null;
    const defined = redirect?.definedEnvironments ?? definedEnvironments(workerFile);
    if (defined.length === 0) return null;
    all.push(...defined);
  }
  return all;
}
