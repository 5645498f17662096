import { fileSecrets, tenantVariableSecrets } from '../credentials/known-secrets.ts';
import { checkSuffixes } from '../credentials/tenant-variables.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { CommandScope, World } from './world.ts';

/**
 * Teaches the redactor a tenant's secrets, before anything about the tenant is read or said: its own variables, those
 * the project lets secrets come from, and what its env files hold, of whatever environment.
 *
 * @param names secrets that the tenant's files declare, as far as they are known
 * @throws ConfigError CONFIG_INVALID when another tenant would share its variables
 */
export async function learnSecrets(
  world: World,
  scope: CommandScope,
  { tenant, names = [] }: { readonly tenant: string; readonly names?: readonly string[] },
): Promise<void> {
  const [{ rules }, suffixes, files] = await Promise.all([
    scope.project(),
    scope.suffixes(),
    scope.envFiles.all(tenant),
  ]);
  const allowedSecrets = rules.allowedSecrets ?? [];
  const secrets = [
    ...tenantVariableSecrets(world.env, { tenant, variables: scope.variables(), suffixes, allowedSecrets }),
    ...fileSecrets(files, names),
  ];
  for (const secret of secrets) world.redactor.add(secret);
  checkSuffixes(tenant, suffixes);
}

/** Names of all secrets that a tenant's files declare: those required, API keys, and those that a health check sends. */
export function secretNamesOf({ secrets, health }: ResolvedWorker): readonly string[] {
  const sent = health === false ? [] : Object.values(health.secretHeaders).map(({ secret }) => secret);
  return [...new Set([...secrets.required, ...(secrets.optional ?? []), ...sent])];
}

/** Teaches the redactor the secrets of every tenant, as far as they can be read. Never throws. */
export async function learnAllSecrets(world: World, scope: CommandScope): Promise<void> {
  const tenants = await scope
    .tenants()
    .then((catalog) => catalog.ids())
    .catch(() => []);
  for (const tenant of tenants) await learnSecrets(world, scope, { tenant }).catch(() => undefined);
}
