import type { DeployResult } from '../deployer-api.ts';
import type { DeploymentRecord } from '../records/record.ts';
import type { Commit } from '../session/git.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { whoRuns } from '../session/who-runs.ts';

/** One run's record: begun before the first write, ended with its result. */
export interface RunJournal {
  /** Relative to the root. */
  readonly path: string;
  readonly startedAt: number;
  /** Notes how far the steps are, so that a killed run can be told from its record. */
  readonly note: (steps: DeployResult['steps']) => void;
  finish(result: Omit<DeployResult, 'record' | 'recordError'>): Promise<DeployResult>;
}

/** Writes the record of a run that is about to change something, status `running`. */
export async function beginJournal(
  { worker, world }: TenantContext,
  options: {
    readonly kind: 'deploy' | 'rollback';
    readonly run: string;
    readonly startedAt: number;
    readonly url: string | null;
    readonly commit: Commit | null;
    readonly message: string | undefined;
    readonly previousVersionId: string | null;
    readonly changes: DeployResult['changes'];
    readonly steps: DeployResult['steps'];
  },
): Promise<RunJournal> {
  const started: DeploymentRecord = {
    schema: 1,
    kind: options.kind,
    run: options.run,
    status: 'running',
    tenant: worker.tenant,
    environment: worker.environment,
    accountId: worker.accountId,
    scriptName: worker.scriptName,
    url: options.url,
    startedAt: new Date(options.startedAt).toISOString(),
    finishedAt: null,
    durationMs: null,
    by: whoRuns(world.env),
    git: options.commit === null ? null : { commit: options.commit.sha, dirty: options.commit.dirty },
    message: options.message ?? null,
    previousVersionId: options.previousVersionId,
    versionId: null,
    endState: null,
    changes: options.changes.map((change) => ({ ...change })),
    steps: options.steps.map((step) => ({ ...step })),
    leftovers: [],
    health: null,
    calls: 0,
    error: null,
  };
  const path = await world.records.create(started);
  // One write after another; a note that fails is no reason to stop.
  let writing: Promise<void> = Promise.resolve();
  return {
    path,
    startedAt: options.startedAt,
    note(steps) {
      const noted = { ...started, steps: steps.map((step) => ({ ...step })) };
      writing = writing.then(() => world.records.rewrite(path, noted)).catch(() => undefined);
    },
    async finish(result) {
      world.emit({ type: 'stage', tenant: worker.tenant, stage: 'record' });
      const clean = world.redactor.value(result);
      await writing;
      const rewritten = world.records.rewrite(path, {
        ...started,
        status: clean.status === 'planned' ? 'failed' : clean.status,
        finishedAt: new Date(world.now()).toISOString(),
        durationMs: clean.durationMs,
        versionId: clean.versionId,
        endState: clean.endState,
        steps: clean.steps.map((step) => ({ ...step })),
        leftovers: [...clean.leftovers],
        health: { ...clean.health },
        calls: clean.calls,
        error: clean.error === null ? null : { ...clean.error },
      });
      // The deploy happened; a full disk must not turn its result into an error.
      const recordError = await rewritten.then(
        () => null,
        (error: Error) => `the record ${path} could not be finished: ${error.message}`,
      );
      if (recordError !== null) {
        world.emit({ type: 'notice', tenant: worker.tenant, message: recordError });
      }
      return { ...clean, record: path, recordError };
    },
  };
}
