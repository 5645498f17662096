import type { DeployResult } from '../apply/result.ts';
import { DeployError } from '../errors.ts';
import type { Step } from '../plan/step.ts';
import { blindSpot } from '../plan/plan.ts';
import { preflightError } from '../plan/preflight.ts';
import { readPlan } from '../plan/read-plan.ts';
import { trafficSteps } from '../plan/traffic.ts';
import { withTenantLock } from '../records/lock.ts';
import { withStore } from '../session/open-store.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { urlOf } from '../session/public-url.ts';
import type { GradualDeploy } from '../store/gradual.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import {
  isRunElsewhere,
  openGradual,
  refuseOthersTraffic,
  runElsewhere,
  takeGradual,
} from './open-gradual.ts';
import { reportInterrupted } from './report-interrupted.ts';
import { runPlan, type PlanRun } from './run-plan.ts';
import { hasAllTraffic, readTraffic, trafficPlan } from './traffic-plan.ts';

/** What may be asked of going on. */
export interface PromoteOptions {
  /** All traffic at once, without the steps that are left. @default false */
  readonly now?: boolean;
  readonly message?: string;
  /** False skips the health checks. @default true */
  readonly verify?: boolean;
}

/**
 * Goes on with a gradual deploy: what was killed in a step watches that step again, what was paused goes to the next one.
 * @throws ConfigError GRADUAL_UNKNOWN; ConflictError when somebody else moved the traffic, or goes through it now
 */
export function promoteTenant(context: TenantContext, options: PromoteOptions): Promise<DeployResult> {
  const { world, worker } = context;
  const { tenant, environment } = worker;
  if (isRunElsewhere(context, openGradual(context))) throw runElsewhere(openGradual(context));
  return withTenantLock({ rootDir: world.rootDir, tenant, environment, worker: worker.worker }, () =>
    withStore(world, (store) => promoteLocked(context, store, options)),
  );
}

async function promoteLocked(
  context: TenantContext,
  store: ReleaseStore,
  { now = false, message, verify = true }: PromoteOptions,
): Promise<DeployResult> {
  const startedAt = context.world.now();
  const gradual = openGradual(context);
  if (isRunElsewhere(context, gradual)) throw runElsewhere(gradual);
  const live = await readTraffic(context);
  refuseOthersTraffic(context, store, { gradual, live });
  const interrupted = await reportInterrupted(context, live);
  const url = await urlOf(context);
  const { newVersionId: targetId, oldVersionId } = gradual;
  const goBackTo = [{ versionId: oldVersionId, percentage: 100 }];
  const steps = stepsLeft(gradual, now, hasAllTraffic(live, targetId));
  const plan = trafficPlan(context, live, { targetId, steps, goBackTo });
  const result = await runPlan(context, plan, {
    kind: 'promote',
    url,
    startedAt,
    verify,
    interrupted,
    message: message ?? gradual.message ?? undefined,
    gradual: takeGradual(context, store, gradual),
  });
  if (gradual.rest.length === 0 || result.status !== 'deployed') return result;
  const rest = await doRest(context, { url, startedAt, message: message ?? gradual.message ?? undefined });
  return rest === null ? withoutRest(context, gradual, result) : withRest(result, rest);
}

/**
 * What the deploy was to do after all of the traffic is the new version's, where the files still are those of that version: as a
 * deploy does it, which uploads nothing. Null where they are others by now, or something is in the way.
 */
async function doRest(
  context: TenantContext,
  run: Pick<PlanRun, 'url' | 'startedAt' | 'message'>,
): Promise<DeployResult | null> {
  const checked = await readPlan(context, {
    scope: 'declared',
    force: false,
    takeOver: false,
    strategy: 'at-once',
    verifyBefore: 'never',
    commit: null,
  }).catch(() => null);
  if (checked === null || checked.plan.upload !== 'none' || blindSpot(checked.plan) !== null) return null;
  if (preflightError(context.worker.tenant, checked.problems) !== null) return null;
  return runPlan(context, checked.plan, { kind: 'deploy', ...run, verify: false, interrupted: [] });
}

/** Both as one: what was done, and how it stands after the last of it. */
function withRest(result: DeployResult, rest: DeployResult): DeployResult {
  const { status, endState, leftovers, calls, durationMs, recordError, error } = rest;
  return {
    ...result,
    status,
    endState,
    leftovers,
    calls,
    durationMs,
    error,
    recordError: result.recordError ?? recordError,
    changes: [...result.changes, ...rest.changes],
    steps: [...result.steps, ...rest.steps],
  };
}

/** A killed run may have died in the middle of watching; who paused has seen it. */
function stepsLeft(gradual: GradualDeploy, now: boolean, isThere: boolean): readonly Step[] {
  const { steps, step, status, newVersionId } = gradual;
  const from = status === 'running' ? step : step + 1;
  return [
    ...(now || isThere ? [] : trafficSteps(steps, newVersionId, from)),
    { kind: 'promote', versionId: newVersionId, force: true },
  ];
}

/** Said by name: the files may be others by now, so a deploy does it. */
function withoutRest({ worker }: TenantContext, { rest }: GradualDeploy, result: DeployResult): DeployResult {
  const error = new DeployError(
    'DEPLOY_INCOMPLETE',
    `Version ${result.versionId ?? ''} of Worker ${worker.scriptName} has all traffic, and what its deploy was to do after that is not done: ${rest.join('; ')}.`,
    { hint: 'Run cf-deploy plan to see what the files want by now, and cf-deploy deploy to do it.' },
  );
  return {
    ...result,
    endState: 'live-partly',
    leftovers: [...result.leftovers, ...rest.map((step) => `not done yet: ${step}`)],
    error: error.toJSON(),
  };
}
