import type { DeployResult, FailedTenant, PlanResult, RollbackOptions, Target } from '@cf-deploy/deployer';
import type { Outcome } from '../outcome.ts';
import type { Context } from '../context.ts';
import { deployLines } from '../output/deploy.ts';
import { failureLines } from '../output/failure.ts';
import { heading } from '../output/heading.ts';
import { planLines } from '../output/plan.ts';
import type { Style } from '../output/style.ts';
import { namedBy, oneTarget, type NamedFlags, type TargetFlags } from '../flags/target-flags.ts';
import { UsageError } from '../usage-error.ts';
import { EXIT, exitStatus, type ExitCode } from '../exit-codes.ts';

/** Flags that say what is rolled back, and whether it is only planned. */
export interface RollbackFlags extends TargetFlags, NamedFlags {
  readonly to?: string;
  readonly toCommit?: string;
  readonly dryRun?: boolean;
}

/** What one Worker came to, or would. */
type Result = DeployResult | PlanResult | FailedTenant;

/** One tenant: its Worker, or each of its Workers. */
export async function rollbackOne(
  context: Context,
  flags: RollbackFlags,
  options: RollbackOptions,
): Promise<Outcome> {
  const target = oneTarget(flags);
  await context.progress.start([target.tenant]);
  const workers = await workersOf(context, flags, target);
  if (workers.length > 0 && options.versionId !== undefined) {
    throw new UsageError(
      `--to names a version of one Worker, and ${target.tenant} has several.`,
      `Say which: --worker=${workers[0] ?? ''}.`,
    );
  }
  const results = await rollbackEach(context, flags, { target, workers, options });
  const [first] = results;
  if (workers.length === 0 && first !== undefined) return outcomeOf(first, [first]);
  return outcomeOf({ tenant: target.tenant, results }, results);
}

/** Every tenant on its own: one that cannot go back, or did not, stops no other. */
export async function rollbackTenants(
  context: Context,
  flags: RollbackFlags,
  options: RollbackOptions,
): Promise<Outcome> {
  const { to, toCommit, tenant, account, script } = flags;
  if ([to, toCommit, tenant, account, script].some((flag) => flag !== undefined)) {
    throw new UsageError(
      '--all goes without --tenant, --to, --to-commit, --account and --script.',
      'Each tenant goes back to its own last good version; --release takes a whole release back.',
    );
  }
  const tenants = await tenantsOf(context);
  await context.progress.start(tenants);
  const results: Result[] = [];
  for (const id of tenants) {
    const target = oneTarget({ ...flags, tenant: id });
    const workers = await workersOf(context, flags, target);
    const done = rollbackEach(context, flags, { target, workers, options });
    results.push(...(await done.catch(async (thrown: unknown) => [await failed(target, thrown)])));
  }
  return outcomeOf({ results }, results);
}

/** @throws UsageError where there are none: somebody deleted them, or it is another folder */
async function tenantsOf(context: Context): Promise<readonly string[]> {
  const tenants = await (await context.deployer()).tenants().catch((error: { readonly code?: string }) => {
    if (error.code === 'ROOT_NOT_FOUND') return [];
    throw error;
  });
  if (tenants.length > 0) return tenants;
  throw new UsageError(
    `There are no tenants in ${await context.root()}, so nothing says which Workers to roll back.`,
    'Name each Worker: rollback --tenant=<id> --account=<id> --script=<name>; the records in deployments/ have these names. Or name the project with --root.',
  );
}

/** Files that cannot be read name no Workers; the rollback itself says what is wrong with them. */
async function workersOf(context: Context, flags: RollbackFlags, target: Target): Promise<readonly string[]> {
  if (flags.worker !== undefined || Object.keys(namedBy(flags)).length > 0) return [];
  return (await context.deployer()).workers(target).catch(() => []);
}

/** The Workers of a tenant one after another, against the order in which they are deployed; a failure ends it. */
async function rollbackEach(
  context: Context,
  flags: RollbackFlags,
  {
    target,
    workers,
    options,
  }: { readonly target: Target; readonly workers: readonly string[]; readonly options: RollbackOptions },
): Promise<readonly (DeployResult | PlanResult)[]> {
  const deployer = await context.deployer();
  const targets =
    workers.length === 0 ? [target] : workers.toReversed().map((worker) => ({ ...target, worker }));
  const results: (DeployResult | PlanResult)[] = [];
  for (const one of targets) {
    const wanted = { ...one, ...namedBy(flags), ...options };
    if (flags.dryRun === true) {
      results.push(await deployer.planRollback(wanted));
      continue;
    }
    const result = await deployer.rollback(wanted);
    results.push(result);
    if (result.error !== null) break;
  }
  return results;
}

async function failed({ tenant, worker, env = '' }: Target, thrown: unknown): Promise<FailedTenant> {
  const { DeployError } = await import('@cf-deploy/deployer');
  if (!(thrown instanceof DeployError)) throw thrown;
  return { tenant, worker: worker ?? null, environment: env === '' ? null : env, error: thrown.toJSON() };
}

async function outcomeOf(result: object, all: readonly Result[]): Promise<Outcome> {
  return {
    result,
    exitCode: await exitOf(all),
    lines: (style) => all.flatMap((one, index) => [...(index === 0 ? [] : ['']), ...linesOf(one, style)]),
  };
}

/** Where something was rolled back, "nothing was sent" would be untrue of the rest. */
async function exitOf(all: readonly Result[]): Promise<ExitCode> {
  const done = all.filter((one) => 'status' in one);
  const others = all.flatMap((one) => ('status' in one ? [] : [one]));
  const carriedOut = await exitStatus('rollback', done);
  const refused = await exitStatus('plan', others, { differences: false });
  if (refused === EXIT.ok) return carriedOut;
  return done.length === 0 ? refused : EXIT.failed;
}

function linesOf(result: Result, style: Style): readonly string[] {
  if ('status' in result) return deployLines(result, style, 'Rolled back.');
  if ('steps' in result) return planLines(result, style);
  return [heading(result, style), ...failureLines(result.error, style)];
}
