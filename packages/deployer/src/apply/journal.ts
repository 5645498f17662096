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
  finish(result: Omit<DeployResult, 'record'>): Promise<DeployResult>;
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
  return {
    path,
    startedAt: options.startedAt,
    async finish(result) {
      world.emit({ type: 'stage', tenant: worker.tenant, stage: 'record' });
      const clean = world.redactor.value(result);
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
      await rewritten.catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        world.emit({
          type: 'notice',
          tenant: worker.tenant,
          message: `the record ${path} could not be finished: ${why}`,
        });
      });
      return { ...clean, record: path };
    },
  };
}
