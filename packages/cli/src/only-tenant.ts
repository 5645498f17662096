import type { Command } from 'commander';
import type { Context } from './context.ts';
import { isPlainRoot } from './find-root.ts';
import type { TargetFlags } from './target-flags.ts';

/**
 * The flags of a command. In a project of one Worker, without tenants, a command for one tenant needs no `--tenant`:
 * there is only one.
 */
export async function withOnlyTenant<Flags extends object>(
  context: Context,
  command: Command,
): Promise<Flags> {
  const flags = command.opts<Flags & TargetFlags & { readonly all?: boolean }>();
  const takesTenant = command.options.some(({ long }) => long === '--tenant');
  if (!takesTenant || flags.tenant !== undefined || flags.all === true) return flags;
  const root = await context.root().catch(() => null);
  if (root === null || !(await isPlainRoot(root))) return flags;
  const { loadTenants } = await import('@cf-deploy/deployer');
  const [tenant, ...others] = await loadTenants(root);
  return tenant === undefined || others.length > 0 ? flags : { ...flags, tenant };
}
