import {
  destroyWorker,
  planDestroy,
  type DestroyOptions,
  type DestroyPlan,
  type DestroyResult,
} from '../commands/destroy.ts';
import { ConfigError } from '../errors.ts';
import { orderMembers } from '../releases/begin.ts';
import { refuseFrozen } from '../releases/freeze.ts';
import { commandTarget } from '../releases/selection/fleet-target.ts';
import { findMembers } from '../releases/selection/find-members.ts';
import type { Selection } from '../releases/selection/selection.ts';
import { tenantWorkers } from '../releases/selection/tenant-workers.ts';
import { forgetSeen } from '../releases/sweep/forget-seen.ts';
import { summarise } from '../releases/summary.ts';
import { openNamedTenant, openNamedTenantForChange } from '../session/named-worker.ts';
import { environmentNamed, type NamedTarget } from '../session/target.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { createScope, type CommandScope, type World } from '../session/world.ts';
import { asShown } from './as-shown.ts';
import { claimantName, claimantOf, keepsData, readClaims } from './claims.ts';

/** What may be asked of a run that destroys. */
export interface DestroyRequest extends Omit<DestroyOptions, 'confirm'> {
  /** Asked once with every plan, before the first step. */
  readonly confirm?: (plans: readonly DestroyPlan[]) => Promise<boolean>;
}

/** What became of all of them. */
export interface DestroyRun {
  readonly environment: string | null;
  readonly results: readonly DestroyResult[];
  /** Names of targets that were not begun, because one before them failed. */
  readonly notTried: readonly string[];
  readonly summary: Readonly<Record<string, number>>;
  readonly calls: number;
  readonly durationMs: number;
}

/** The plans of such a run. */
export interface DestroyPlans {
  readonly environment: string | null;
  readonly results: readonly DestroyPlan[];
}

/** What is destroyed, in order. */
export type Doomed = NamedTarget | Selection;

/**
 * Destroys the Workers of one tenant, or of many, against the order in which they are deployed. All are planned before
 * the first is touched; a failure ends it. Data goes with the last Worker that has it.
 *
 * @throws DeployError when one of them cannot go, before anything was changed
 */
export async function destroyAll(
  world: World,
  targets: Doomed,
  request: DestroyRequest,
): Promise<DestroyRun> {
  const startedAt = world.now();
  const scope = createScope(world);
  const { contexts, optionsOf } = await prepare(world, scope, targets, request, openNamedTenantForChange);
  for (const { worker } of contexts) refuseFrozen(world, [targets.env, worker.environment]);
  const shown = await planAll(contexts, optionsOf);
  refuseMany(shown);
  const something = shown.filter(({ removes }) => removes.length > 0);
  const [stopped] = something.flatMap(({ problems }) => problems);
  const ask = request.confirm;
  if (something.length > 0 && stopped === undefined && ask !== undefined && !(await ask(something))) {
    throw new ConfigError('NOT_CONFIRMED', 'Nothing was destroyed: it was not confirmed.', {
      hint: 'Look at --dry-run, and add --yes to go on without the question.',
    });
  }
  const results: DestroyResult[] = [];
  const gone = new Set<string>();
  for (const [index, context] of contexts.entries()) {
    forgetSeen(context);
    const plan = shown[index];
    const result = await destroyWorker(context, {
      ...optionsOf(context, gone),
      ...(ask === undefined || plan === undefined ? {} : { confirm: async (now) => asShown(plan, now) }),
    });
    world.emit({ type: 'tenant-finished', tenant: result.tenant, status: result.status });
    results.push(result);
    if (result.error !== null) break;
    gone.add(claimantName(claimantOf(context.worker)));
  }
  return {
    environment: environmentNamed(targets.env),
    results,
    notTried: contexts.slice(results.length).map(({ worker }) => claimantName(claimantOf(worker))),
    summary: summarise(results.map(({ status }) => status)),
    calls: results.reduce((sum, { calls }) => sum + calls, 0),
    durationMs: world.now() - startedAt,
  };
}

/** What {@link destroyAll} would do. Only reads. */
export async function planDestroyAll(
  world: World,
  targets: Doomed,
  request: DestroyRequest,
): Promise<DestroyPlans> {
  const { contexts, optionsOf } = await prepare(world, createScope(world), targets, request, openNamedTenant);
  return { environment: environmentNamed(targets.env), results: await planAll(contexts, optionsOf) };
}

type Open = (world: World, scope: CommandScope, target: NamedTarget) => Promise<TenantContext>;
type OptionsOf = (
  context: TenantContext,
  gone: ReadonlySet<string>,
) => Omit<DestroyOptions, 'confirm'> & Parameters<typeof planDestroy>[1];

async function prepare(
  world: World,
  scope: CommandScope,
  targets: Doomed,
  request: DestroyRequest,
  open: Open,
): Promise<{ readonly contexts: readonly TenantContext[]; readonly optionsOf: OptionsOf }> {
  const contexts: TenantContext[] = [];
  for (const target of await inOrder(world, scope, targets)) contexts.push(await open(world, scope, target));
  const { rules } = await scope.project();
  // Only data asks what others have, and asking resolves the whole project.
  const claims = request.withData === true ? await readClaims(world, scope) : null;
  const { confirm: _, ...options } = request;
  return {
    contexts,
    optionsOf: ({ worker }, gone) => ({
      ...options,
      goingToo: contexts
        .filter((each) => each.worker.accountId === worker.accountId)
        .map((each) => each.worker.scriptName),
      keeps: claims === null ? () => null : keepsData(claims, rules, { worker, gone }),
    }),
  };
}

/** Each before those it needs. */
async function inOrder(world: World, scope: CommandScope, targets: Doomed): Promise<readonly NamedTarget[]> {
  if (!('tenant' in targets)) {
    const members = await findMembers(world, scope, targets, { withFacts: true });
    return orderMembers(members)
      .members.toReversed()
      .map((member) => commandTarget(member, targets));
  }
  const { account, script, worker } = targets;
  if (worker !== undefined || account !== undefined || script !== undefined) return [targets];
  const catalog = await scope.tenants().catch(() => null);
  const written = (await catalog?.workers(targets.tenant).catch(() => [])) ?? [];
  if (written.length < 2) return [targets];
  // Those that need each other have no order; they go together.
  const names = await tenantWorkers(world, scope, targets).catch(() => written);
  return names
    .toReversed()
    .map((name) => ({ ...targets, ...((name ?? null) === null ? {} : { worker: name ?? '' }) }));
}

async function planAll(
  contexts: readonly TenantContext[],
  optionsOf: OptionsOf,
): Promise<readonly DestroyPlan[]> {
  const plans: DestroyPlan[] = [];
  const gone = new Set<string>();
  for (const context of contexts) {
    plans.push(await planDestroy(context, optionsOf(context, gone)));
    gone.add(claimantName(claimantOf(context.worker)));
  }
  return plans;
}

/** @throws ConfigError NOT_CONFIRMED */
function refuseMany(plans: readonly DestroyPlan[]): void {
  const tenants = new Set(plans.map(({ tenant }) => tenant));
  const guarded = plans.find((plan) => plan.protected);
  if (guarded === undefined || tenants.size < 2) return;
  throw new ConfigError(
    'NOT_CONFIRMED',
    `Nothing was destroyed: ${guarded.environment ?? ''} is protected, and ${tenants.size} tenants were named at once.`,
    { hint: 'Destroy them one by one, each by its name.' },
  );
}
