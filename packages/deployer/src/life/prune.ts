import { destroyWorker, planDestroy, type DestroyPlan, type DestroyResult } from '../commands/destroy.ts';
import { ConfigError } from '../errors.ts';
import { refuseFrozen } from '../releases/freeze.ts';
import { summarise } from '../releases/summary.ts';
import { openNamedTenant } from '../session/named-worker.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { createScope, type CommandScope, type World } from '../session/world.ts';
import { asShown } from './as-shown.ts';
import { findOrphans, type Orphan, type OrphanReport } from './orphans.ts';

/** What may be asked of pruning. */
export interface PruneOptions {
  /** Accounts to look at beside those that the project names. */
  readonly accounts?: readonly string[];
  /** Also orphans with Durable Object storage. Resources that they bind stay all the same. @default false */
  readonly withData?: boolean;
  /** Also orphans that other Workers bind. @default false */
  readonly force?: boolean;
  /** Asked once with every plan, before the first is touched. */
  readonly confirm?: (plans: readonly DestroyPlan[]) => Promise<boolean>;
}

/** What would be pruned. */
export interface PrunePlans extends OrphanReport {
  readonly results: readonly DestroyPlan[];
}

/** What was pruned. */
export interface PruneRun extends OrphanReport {
  readonly results: readonly DestroyResult[];
  /** Orphans that were left, and why. */
  readonly left: readonly { readonly scriptName: string; readonly why: string }[];
  readonly summary: Readonly<Record<string, number>>;
  readonly durationMs: number;
}

/** Finds orphans and says what would go with each. Only reads. */
export async function planPrune(world: World, options: PruneOptions): Promise<PrunePlans> {
  const scope = createScope(world);
  const report = await findOrphans(world, scope, options.accounts);
  const planned = await planAll(world, scope, { report, options });
  return { ...report, results: planned.map(({ plan }) => plan) };
}

/**
 * Destroys the orphans of the project, one after the other. One that cannot go is left, and named; the others go.
 * @throws ConfigError NOT_CONFIRMED
 */
export async function prune(world: World, options: PruneOptions): Promise<PruneRun> {
  const startedAt = world.now();
  const scope = createScope(world);
  const report = await findOrphans(world, scope, options.accounts);
  const planned = await planAll(world, scope, { report, options });
  const able = planned.filter(({ plan }) => plan.problems.length === 0);
  if (able.length > 0 && !((await options.confirm?.(able.map(({ plan }) => plan))) ?? true)) {
    throw new ConfigError('NOT_CONFIRMED', 'Nothing was destroyed: it was not confirmed.', {
      hint: 'Look at --dry-run, and add --yes to go on without the question.',
    });
  }
  const results: DestroyResult[] = [];
  for (const { context, plan } of able) {
    refuseFrozen(world, [context.worker.environment]);
    results.push(
      await destroyWorker(context, {
        ...destroyOptions(options),
        confirm: async (now) => asShown(plan, now),
      }),
    );
  }
  return {
    ...report,
    calls: report.calls + results.reduce((sum, { calls }) => sum + calls, 0),
    results,
    left: planned.flatMap(({ plan }) =>
      plan.problems.length === 0 ? [] : [{ scriptName: plan.scriptName, why: plan.problems[0] ?? '' }],
    ),
    summary: summarise(results.map(({ status }) => status)),
    durationMs: world.now() - startedAt,
  };
}

interface Planned {
  readonly context: TenantContext;
  readonly plan: DestroyPlan;
}

async function planAll(
  world: World,
  scope: CommandScope,
  { report, options }: { readonly report: OrphanReport; readonly options: PruneOptions },
): Promise<readonly Planned[]> {
  const going = report.orphans.map(({ scriptName }) => scriptName);
  const planned: Planned[] = [];
  for (const orphan of report.orphans) {
    const context = await openOrphan(world, scope, orphan);
    const plan = await planDestroy(context, { ...destroyOptions(options), goingToo: going });
    planned.push({ context, plan });
  }
  return planned;
}

function destroyOptions({ withData, force }: PruneOptions) {
  return {
    ...(withData === undefined ? {} : { withData }),
    ...(force === undefined ? {} : { force }),
    // No file says what is an orphan's own, so no resource is.
    keeps: () => 'no file says that it was the orphan’s alone',
  };
}

/** By its name: there are no files of it. */
async function openOrphan(world: World, scope: CommandScope, orphan: Orphan): Promise<TenantContext> {
  const { accountId: account, scriptName: script, tenant, worker, environment } = orphan;
  const env = environment === null ? {} : { env: environment };
  const context = await openNamedTenant(world, scope, { tenant, ...env, account, script });
  return { ...context, worker: { ...context.worker, worker } };
}
