import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { declaresWorkers, isPlainRoot } from '../find-root.ts';
import { namedFlags } from './named-flags.ts';
import type { TargetFlags } from './target-flags.ts';

/**
 * The flags of a command. In a project of one Worker, without tenants, a command for one tenant needs no `--tenant`:
 * there is only one. `--tenant=all` is another way to say `--all`, unless a tenant is called so.
 */
export async function withOnlyTenant<Flags extends object>(
  context: Context,
  command: Command,
): Promise<Flags> {
  const flags = namedFlags<Flags & TargetFlags & { readonly all?: boolean }>(context.world.env, command);
  const takes = (name: string): boolean => command.options.some(({ long }) => long === name);
  if (!takes('--tenant') || flags.all === true) return flags;
  const named = 'account' in flags || 'script' in flags;
  if (flags.tenant === 'all' && !named && takes('--all') && (await isNoTenant(context, 'all'))) {
    const { tenant: _, ...rest } = flags;
    return { ...rest, all: true } as unknown as Flags;
  }
  if (flags.tenant !== undefined) {
    // `rollback --all` is every tenant: it has no `--only`, and goes through a tenant's Workers by itself.
    const one = named || flags.worker !== undefined;
    return takes('--only') && !one ? severalWorkers(context, flags) : flags;
  }
  const root = await context.root().catch(() => null);
  if (root === null || !(await isPlainRoot(root))) return flags;
  const { loadTenants } = await import('@cf-deploy/deployer');
  const [tenant, ...others] = await loadTenants(root);
  return tenant === undefined || others.length > 0 ? flags : { ...flags, tenant };
}

async function isNoTenant(context: Context, id: string): Promise<boolean> {
  const root = await context.root().catch(() => null);
  if (root === null) return false;
  const { loadTenants } = await import('@cf-deploy/deployer');
  // Whatever is wrong is told by the command itself.
  const tenants = await loadTenants(root).catch((error: { readonly code?: string }) =>
    error.code === 'ROOT_NOT_FOUND' ? [] : [id],
  );
  return !tenants.includes(id);
}

/** A tenant with several Workers, none of which was named: all of them, each after those it needs. */
async function severalWorkers<Flags extends TargetFlags>(context: Context, flags: Flags): Promise<Flags> {
  const root = await context.root().catch(() => null);
  if (root === null || flags.tenant === undefined || !(await declaresWorkers(root))) return flags;
  const { openTenants } = await import('@cf-deploy/deployer');
  const names = await context
    .project()
    .then((project) => openTenants(root, { project }))
    .then((tenants) => tenants.workers(flags.tenant ?? ''))
    // Whatever is wrong is told by the command itself.
    .catch(() => []);
  if (names.length < 2) return flags;
  const { tenant, ...rest } = flags;
  return { ...rest, all: true, only: [tenant] } as unknown as Flags;
}
