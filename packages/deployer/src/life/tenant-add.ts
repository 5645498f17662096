import { compact } from '../json.ts';
import { ConfigError, type DeployError } from '../errors.ts';
import type { Finding } from '../findings/finding.ts';
import { resolveWorker } from '../resolve/resolve-worker.ts';
import { resolveOptions } from '../session/resolve-options.ts';
import { createScope, type CommandScope, type World } from '../session/world.ts';
import type { TenantCatalog } from '../tenants/catalog.ts';
import { describeChange, makeChanges } from './files.ts';
import { addChanges, type TenantFields } from './tenant-files.ts';
import { NO_WORKERS, type TenantResult } from './tenant-result.ts';

/**
 * Adds a tenant: a row, or a folder of a few lines. A tenant that would not resolve is not added.
 * @throws ConfigError USAGE, NOT_EDITABLE, CONFIG_INVALID
 */
export async function addTenant(
  world: World,
  {
    id,
    fields,
    dryRun = false,
  }: { readonly id: string; readonly fields: TenantFields; readonly dryRun?: boolean },
): Promise<TenantResult> {
  const catalog = await createScope(world).tenants();
  const all = fields['accountId'] === undefined ? await withAccount(catalog, fields) : fields;
  const changes = await addChanges(world.rootDir, catalog, { id, fields: all });
  const base = { ...NO_WORKERS, tenant: id, files: changes.map(describeChange) };
  if (dryRun) return { ...base, status: 'planned' };
  const undo = await makeChanges(world.rootDir, changes);
  const errors = await errorsOf(world, createScope(world), id).catch(async (error: DeployError) => {
    await undo();
    throw error;
  });
  if (errors.length > 0) {
    await undo();
    throw new ConfigError('CONFIG_INVALID', `${id} was not added: ${errors[0]?.message ?? ''}`, {
      findings: errors,
      hint: 'Give what is missing with --account, --label or --set.',
    });
  }
  return { ...base, status: 'done' };
}

/** The account of all others, when they agree. */
async function withAccount(catalog: TenantCatalog, fields: TenantFields): Promise<TenantFields> {
  const accounts = new Set<string>();
  for await (const item of catalog.stream()) {
    if (item.kind !== 'tenant') continue;
    const { document } = await item.read();
    const { accountId } = (document?.value ?? {}) as { readonly accountId?: string };
    if (accountId !== undefined) accounts.add(accountId);
    if (accounts.size > 1) return fields;
  }
  const [account] = accounts;
  return account === undefined ? fields : { accountId: account, ...fields };
}

async function errorsOf(world: World, scope: CommandScope, tenant: string): Promise<readonly Finding[]> {
  const errors: Finding[] = [];
  for (const name of await (await scope.tenants()).workers(tenant)) {
    const target = compact({ tenant, env: '', worker: name ?? undefined });
    const { findings } = await resolveWorker(await resolveOptions(world, scope, target));
    errors.push(...findings.filter(({ severity }) => severity === 'error'));
  }
  return errors;
}
