import type { DeployResult } from './result.ts';
import type { DeploymentRecord } from '../records/record.ts';
import { namesOf } from '../resolve/worker-names.ts';
import type { Commit } from '../session/git.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { whoRuns } from '../session/who-runs.ts';

/** One run's record: begun before the first write, ended with its result. */
export interface RunJournal {
  /** Relative to the root. */
  readonly path: string;
  readonly startedAt: number;
  /**
   * Notes how far the steps are, so that a killed run can be told from its record. Settles when it is on disk; never
   * rejects.
   */
  readonly note: (steps: DeployResult['steps']) => Promise<void>;
  finish<R extends FinishedRun>(result: R): Promise<R & Written>;
}

/** What of a result its record keeps. */
export interface FinishedRun {
  readonly status: DeploymentRecord['status'] | 'planned';
  readonly endState: string;
  readonly versionId: string | null;
  readonly steps: DeployResult['steps'];
  readonly leftovers: readonly string[];
  readonly health: DeployResult['health'] | null;
  readonly calls: number;
  readonly durationMs: number;
  readonly error: DeployResult['error'];
}

/** Where the record is, and whether it could be finished. */
export type Written = Pick<DeployResult, 'record' | 'recordError'>;

/** What is known of a run before its first write. */
export interface RunStart {
  readonly kind: DeploymentRecord['kind'];
  readonly run: string;
  readonly startedAt: number;
  readonly url: string | null;
  readonly commit: Commit | null;
  /** Digest of the upload as it is kept; null when nothing is uploaded or kept. */
  readonly artifact: string | null;
  /** What the run sets beside a version; null when it leaves that as it is. */
  readonly unversioned: DeploymentRecord['unversioned'];
  readonly message: string | undefined;
  readonly previousVersionId: string | null;
  readonly changes: readonly Pick<DeploymentRecord['changes'][number], 'path' | 'kind'>[];
  readonly steps: DeployResult['steps'];
}

/** Writes the record of a run that is about to change something, status `running`. */
export async function beginJournal(context: TenantContext, start: RunStart): Promise<RunJournal> {
  const { world, worker } = context;
  const started = startedRecord(context, start);
  const path = await world.records.create(started);
  // One write after another; a note that fails is no reason to stop.
  let writing: Promise<void> = Promise.resolve();
  let written = JSON.stringify(start.steps);
  return {
    path,
    startedAt: start.startedAt,
    note(steps) {
      const wanted = JSON.stringify(steps);
      if (wanted === written) return writing;
      written = wanted;
      const noted = { ...started, steps: steps.map((step) => ({ ...step })) };
      writing = writing.then(() => world.records.rewrite(path, noted)).catch(() => undefined);
      return writing;
    },
    async finish(result) {
      world.emit({ type: 'stage', tenant: worker.tenant, stage: 'record' });
      const clean = world.redactor.value(result);
      await writing;
      const finishedAt = new Date(world.now()).toISOString();
      const rewritten = world.records.rewrite(path, { ...started, ...finishedFields(clean), finishedAt });
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

function startedRecord({ worker, world }: TenantContext, start: RunStart): DeploymentRecord {
  return {
    schema: 1,
    kind: start.kind,
    run: start.run,
    status: 'running',
    ...namesOf(worker),
    url: start.url,
    startedAt: new Date(start.startedAt).toISOString(),
    finishedAt: null,
    durationMs: null,
    by: whoRuns(world.env),
    git: start.commit === null ? null : { commit: start.commit.sha, dirty: start.commit.dirty },
    artifact: start.artifact,
    unversioned: start.unversioned,
    message: start.message ?? null,
    previousVersionId: start.previousVersionId,
    versionId: null,
    endState: null,
    changes: start.changes.map((change) => ({ ...change })),
    steps: start.steps.map((step) => ({ ...step })),
    leftovers: [],
    health: null,
    calls: 0,
    error: null,
  };
}

function finishedFields(result: FinishedRun): Partial<DeploymentRecord> {
  return {
    status: result.status === 'planned' ? 'failed' : result.status,
    durationMs: result.durationMs,
    versionId: result.versionId,
    endState: result.endState,
    steps: result.steps.map((step) => ({ ...step })),
    leftovers: [...result.leftovers],
    health: result.health === null ? null : { ...result.health },
    calls: result.calls,
    error: result.error === null ? null : { ...result.error },
  };
}
