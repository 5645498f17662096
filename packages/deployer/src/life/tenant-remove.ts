import type { DestroyPlan, DestroyResult } from '../commands/destroy.ts';
import { compact } from '../json.ts';
import { createScope, type World } from '../session/world.ts';
import { asShown } from './as-shown.ts';
import { deployedOf } from './deployed.ts';
import { destroyAll, planDestroyAll } from './destroy.ts';
import { describeChange, makeChanges } from './files.ts';
import { entryOf, removeChanges } from './tenant-files.ts';
import { agree, type TenantChangeOptions, type TenantPlan } from './tenant-plan.ts';
import { NO_WORKERS, type TenantResult } from './tenant-result.ts';

/**
 * Removes a tenant: destroys what is deployed of it in every environment, then takes it out of the files.
 * @throws DeployError for everything found before the first step
 */
export async function removeTenant(
  world: World,
  options: TenantChangeOptions & {
    readonly id: string;
    readonly keepDeployed?: boolean;
    readonly withData?: boolean;
  },
): Promise<TenantResult> {
  const { id, keepDeployed = false, withData = false, confirmTenant } = options;
  const scope = createScope(world);
  const entry = await entryOf(await scope.tenants(), id);
  const changes = await removeChanges(world.rootDir, entry);
  const files = changes.map(describeChange);
  const deployed = keepDeployed ? [] : await deployedOf(world, scope, id);
  const environments = [...new Set(deployed.map(({ environment }) => environment ?? ''))];
  const request = compact({ withData, confirmTenant });
  const plans: DestroyPlan[] = [];
  for (const env of environments)
    plans.push(...(await planDestroyAll(world, { tenant: id, env }, request)).results);
  const notes = keepDeployed
    ? ['What is deployed stays, and is an orphan from now on: cf-deploy prune.']
    : [];
  const plan: TenantPlan = { tenant: id, files, destroys: plans, switches: [], notes };
  if (options.dryRun === true) return { ...NO_WORKERS, tenant: id, status: 'planned', files, notes };
  await agree(plan, options.confirm);
  const asWasShown = async (now: readonly DestroyPlan[]): Promise<boolean> =>
    now.every((one) => isShown(plans, one));
  const destroyed: DestroyResult[] = [];
  for (const env of environments) {
    const { results } = await destroyAll(
      world,
      { tenant: id, env },
      compact({ ...request, confirm: options.confirm === undefined ? undefined : asWasShown }),
    );
    destroyed.push(...results);
    const failed = results.find(({ error }) => error !== null);
    if (failed !== undefined)
      return {
        ...NO_WORKERS,
        tenant: id,
        status: 'failed',
        files: [],
        destroyed,
        notes,
        error: failed.error,
      };
  }
  await makeChanges(world.rootDir, changes);
  return { ...NO_WORKERS, tenant: id, status: 'done', files, destroyed, notes };
}

function isShown(plans: readonly DestroyPlan[], now: DestroyPlan): boolean {
  const shown = plans.find((each) => each.scriptName === now.scriptName && each.accountId === now.accountId);
  return shown !== undefined && asShown(shown, now);
}
