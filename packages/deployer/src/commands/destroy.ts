import { randomBytes } from 'node:crypto';
import { beginJournal, type FinishedRun, type RunJournal } from '../apply/journal.ts';
import { ConfigError, type ErrorJson } from '../errors.ts';
import type { InterruptedRun } from '../records/interrupted.ts';
import { withTenantLock } from '../records/lock.ts';
import { namesOf } from '../resolve/worker-names.ts';
import { isWorkerThere } from '../sections/live.ts';
import { isProtected } from '../session/account/account-change.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { lookForRemains } from '../teardown/remains.ts';
import { readTeardown, type Teardown, type TeardownOptions } from '../teardown/plan.ts';
import { takeAway, type RemovalOutcome } from '../teardown/take-away.ts';
import { failureOfError, type Judged } from './command.ts';
import { reportInterrupted } from './report-interrupted.ts';

/** What would be taken away; what is asked about is what is done. */
export interface DestroyPlan {
  readonly tenant: string;
  readonly worker: string | null;
  readonly environment: string | null;
  readonly accountId: string;
  readonly scriptName: string;
  readonly exists: boolean;
  /** Nothing is destroyed in it without the tenant's name. */
  readonly protected: boolean;
  /** Each by name, in order; `with` the Worker: it has no step of its own. */
  readonly removes: readonly {
    readonly kind: string;
    readonly name: string;
    readonly loses: string | null;
    readonly withWorker: boolean;
  }[];
  /** What stays, and why. */
  readonly kept: readonly { readonly name: string; readonly why: string }[];
  /** What could not be read, so that nobody knows whether there is any. */
  readonly unknown: readonly { readonly what: string; readonly why: string }[];
  /** What would be refused, as a sentence each. */
  readonly problems: readonly string[];
  readonly calls: { readonly spent: number; readonly estimated: number };
}

/** What became of it. */
export interface DestroyResult extends Pick<
  DestroyPlan,
  'tenant' | 'worker' | 'environment' | 'accountId' | 'scriptName' | 'kept' | 'unknown'
> {
  readonly status: 'destroyed' | 'already-gone' | 'failed';
  /** As read afterwards. `partly`: some of it is gone. */
  readonly endState: 'gone' | 'partly' | 'untouched' | 'unknown';
  readonly removed: readonly string[];
  /** What is still there and was to go, by name. */
  readonly leftovers: readonly string[];
  readonly steps: readonly { readonly kind: string; readonly description: string; readonly status: string }[];
  readonly interrupted: readonly InterruptedRun[];
  readonly calls: number;
  readonly durationMs: number;
  readonly record: string | null;
  readonly recordError: string | null;
  readonly error: ErrorJson | null;
}

/** What a caller may ask of it. */
export interface DestroyOptions {
  /** Also the resources that the files name: KV, D1, R2, queues, Vectorize, Hyperdrive, Durable Object storage. @default false */
  readonly withData?: boolean;
  /** A Worker that others refer to. @default false */
  readonly force?: boolean;
  /** A Worker that another tenant or project deployed. @default false */
  readonly takeOver?: boolean;
  /** The tenant's id once more; a protected environment demands it. */
  readonly confirmTenant?: string;
  /** Asked with the plan before the first step; false stops it. Not asked when there is nothing. */
  readonly confirm?: (plan: DestroyPlan) => Promise<boolean>;
}

/** How a plan of it is judged: one with a problem would be refused. */
export const planDestroyCommand: Judged<DestroyPlan> = {
  failure: ({ problems }) => (problems.length > 0 ? 3 : null),
};

/** How what became of it is judged. */
export const destroyCommand: Judged<DestroyResult> = {
  failure: (result) => failureOfError(result) ?? (result.recordError === null ? null : 1),
  wrote: ({ status, endState }) => status !== 'already-gone' && endState !== 'untouched',
};

/**
 * Destroys one Worker and what leads to it: shown, agreed to, recorded, and looked at afterwards. What is gone already is
 * no error.
 * @throws DeployError for everything found before the first step; after it the result says what happened
 */
export function destroyWorker(
  context: TenantContext,
  options: DestroyOptions & TeardownOptions,
): Promise<DestroyResult> {
  const { world, worker } = context;
  const { tenant, environment } = worker;
  return withTenantLock({ rootDir: world.rootDir, tenant, environment, worker: worker.worker }, () =>
    destroyLocked(context, options),
  );
}

/** What {@link destroyWorker} would do. Only reads. */
export async function planDestroy(
  context: TenantContext,
  options: DestroyOptions & TeardownOptions,
): Promise<DestroyPlan> {
  return destroyPlan(context, await readTeardown(context, options));
}

async function destroyLocked(
  context: TenantContext,
  options: DestroyOptions & TeardownOptions,
): Promise<DestroyResult> {
  const { world, worker } = context;
  const startedAt = world.now();
  world.emit({ type: 'stage', tenant: worker.tenant, stage: 'read' });
  const teardown = await readTeardown(context, options);
  const interrupted = await reportInterrupted(context, teardown.owned.live);
  const plan = await destroyPlan(context, teardown);
  const base = { ...headOf(plan), interrupted };
  const [problem] = teardown.problems;
  if (problem !== undefined) throw problem;
  if (plan.removes.length === 0) {
    return {
      ...base,
      status: 'already-gone',
      endState: 'gone',
      removed: [],
      leftovers: [],
      steps: [],
      calls: context.calls(),
      durationMs: world.now() - startedAt,
      record: null,
      recordError: null,
      error: null,
    };
  }
  await agree(plan, options);
  const journal = await begin(context, teardown, startedAt);
  const { outcomes, error } = await carryOut(context, teardown, journal);
  const remains = await lookForRemains(context, teardown, outcomes);
  const {
    record,
    recordError,
    health: _,
    versionId: __,
    ...finished
  } = await journal.finish({
    ...base,
    ...remains,
    status: remains.endState === 'gone' ? ('destroyed' as const) : ('failed' as const),
    versionId: null,
    health: null,
    steps: outcomes.map(stepOf),
    calls: context.calls(),
    durationMs: world.now() - startedAt,
    error: remains.endState === 'gone' ? null : (error ?? remains.error).toJSON(),
  } satisfies FinishedRun & Omit<DestroyResult, 'record' | 'recordError'>);
  return { ...finished, record, recordError };
}

async function destroyPlan(context: TenantContext, teardown: Teardown): Promise<DestroyPlan> {
  const { worker, scope, calls } = context;
  const { rules } = await scope.project();
  const { owned, removals, kept, unknown, problems } = teardown;
  return {
    ...namesOf(worker),
    exists: owned.live.exists,
    protected: isProtected(rules, worker.environment),
    removes: removals.map(({ kind, name, loses, work }) => ({
      kind,
      name,
      loses,
      withWorker: work === null,
    })),
    kept,
    unknown: unknown.map(({ what, why }) => ({ what, why })),
    problems: problems.map(({ message }) => message),
    calls: { spent: calls(), estimated: removals.filter(({ work }) => work !== null).length + READS_AFTER },
  };
}

/** Reads that tell what is left. */
const READS_AFTER = 6;

function headOf(plan: DestroyPlan) {
  const { tenant, worker, environment, accountId, scriptName, kept, unknown } = plan;
  return { tenant, worker, environment, accountId, scriptName, kept, unknown };
}

/** @throws ConfigError NOT_CONFIRMED */
async function agree(plan: DestroyPlan, { confirm, confirmTenant }: DestroyOptions): Promise<void> {
  const { tenant, environment } = plan;
  if (confirmTenant !== undefined && confirmTenant !== tenant) {
    throw new ConfigError(
      'NOT_CONFIRMED',
      `Nothing was destroyed: the name given is not that of ${tenant}.`,
      {
        hint: `Write the id of the tenant exactly: ${tenant}.`,
      },
    );
  }
  const agreed = (await confirm?.(plan)) ?? true;
  if (!agreed) {
    throw new ConfigError('NOT_CONFIRMED', 'Nothing was destroyed: it was not confirmed.', {
      hint: 'Look at --dry-run, and add --yes to go on without the question.',
    });
  }
  if (plan.protected && confirmTenant === undefined && confirm === undefined) {
    throw new ConfigError(
      'NOT_CONFIRMED',
      `Nothing was destroyed: ${environment ?? ''} is protected, and the tenant's name was not given.`,
      { hint: `Add --yes and --confirm-tenant=${tenant}.` },
    );
  }
}

async function begin(
  context: TenantContext,
  { owned, removals }: Teardown,
  startedAt: number,
): Promise<RunJournal> {
  return beginJournal(context, {
    kind: 'destroy',
    run: randomBytes(6).toString('hex'),
    startedAt,
    url: null,
    commit: await context.scope.commit(),
    artifact: null,
    unversioned: null,
    message: undefined,
    previousVersionId: owned.live.version?.id ?? null,
    changes: removals.map(({ name, loses }) => ({
      path: name,
      kind: 'removed',
      destructive: loses !== null,
    })),
    steps: removals.flatMap((removal) =>
      removal.work === null ? [] : [stepOf({ removal, status: 'planned', why: null })],
    ),
  });
}

function carryOut(context: TenantContext, { removals }: Teardown, journal: RunJournal) {
  const { world, worker, api, recovery } = context;
  world.emit({ type: 'stage', tenant: worker.tenant, stage: 'apply' });
  return takeAway(removals, {
    context: { reader: api.reader, writer: api.writer },
    recovery: { reader: recovery.reader, writer: recovery.writer },
    signal: world.signal,
    exists: () => isThere(context),
    onProgress: (outcomes) => journal.note(outcomes.map(stepOf)),
    onStep: (removal, status) =>
      world.emit({
        type: 'step',
        tenant: worker.tenant,
        step: removal.kind,
        status,
        message: `delete ${removal.name}`,
      }),
  });
}

async function isThere({ recovery, worker }: TenantContext): Promise<boolean | null> {
  try {
    return await isWorkerThere(recovery.reader, worker);
  } catch {
    return null;
  }
}

function stepOf({ removal, status }: RemovalOutcome): DestroyResult['steps'][number] {
  return { kind: removal.kind, description: `delete ${removal.name}`, status };
}
