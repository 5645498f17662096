import type { ErrorJson } from '../errors.ts';
import { readLiveCode } from '../cloudflare/live-code.ts';
import type { Release } from '../plan/plan.ts';
import { prepareRelease } from '../plan/prepare.ts';
import { compareCode } from '../sections/parts/code-content.ts';
import { driftReport, type CodeComparison, type DriftReport } from '../sections/drift.ts';
import type { LiveWorker } from '../sections/live.ts';
import { knowsDeclared, type LiveMemory, NO_MEMORY } from '../sections/live-memory.ts';
import { liveSecretChanges, secretNotice } from '../sections/secret-changes.ts';
import { readWorker } from '../sections/state.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { failureOfError, type TargetCommand } from './command.ts';

/** How drift is looked for. */
export interface DriftOptions {
  /** Compare the live code itself, module by module, beside its digest. One call more for each tenant. */
  readonly deep?: boolean;
}

/** The drift of one target, and what it cost to find out. */
export interface DriftResult extends DriftReport {
  readonly calls: number;
  /** Why nothing could be compared; null when something was. */
  readonly error: ErrorJson | null;
}

/** Differences are what it is asked for, not a failure. */
export const driftCommand: TargetCommand<DriftResult> = {
  word: ({ outcome, error }) => (error === null ? outcome : 'failed'),
  failure: failureOfError,
  differs: ({ drifted }) => drifted,
  isIncomplete: ({ unknown }) => unknown.length > 0,
  calls: ({ calls }) => calls,
  failed: ({ tenant, worker, environment, error }) => ({
    tenant,
    worker,
    environment,
    scriptName: '',
    outcome: 'unknown',
    drifted: false,
    changes: [],
    ignored: [],
    unknown: [],
    notLookedAt: [],
    notices: [],
    provenance: null,
    calls: 0,
    error,
  }),
};

/**
 * What differs between the files and the account, undeclared triggers included; with `deep` the live code itself is
 * compared too. Only reads.
 */
export async function driftTenant(
  context: TenantContext,
  options: DriftOptions = {},
  memory: LiveMemory = NO_MEMORY,
): Promise<DriftResult> {
  const { worker, world, api, account } = context;
  const release = await prepareRelease(context, api.warmUp);
  world.emit({ type: 'stage', tenant: worker.tenant, stage: 'read' });
  const known = await memory.recall();
  const live =
    known !== null && knowsDeclared(known, worker)
      ? known
      : await readWorker({ reader: api.reader, account, worker, scope: 'all' });
  await memory.keep(live, false);
  const code = options.deep === true ? await readCode(context, release, live) : null;
  const report = driftReport(worker, { desired: release.desired, live, code });
  const notices = [...report.notices, ...(await othersSecrets(context, live))];
  return { ...report, notices, calls: context.calls(), error: null };
}

/** Changes of secrets that no record here tells of. */
async function othersSecrets({ worker, world }: TenantContext, live: LiveWorker): Promise<readonly string[]> {
  const notices: string[] = [];
  for (const change of liveSecretChanges(live)) {
    const own = await world.records.find(
      worker.tenant,
      worker.environment,
      ({ kind, versionId }) => kind === 'secrets' && versionId === change.versionId,
    );
    if (own === null) notices.push(secretNotice(change));
  }
  return notices;
}

/** The differences in the code itself; null where there is none to compare. */
async function readCode(
  { worker, api }: TenantContext,
  { bundle }: Release,
  live: LiveWorker,
): Promise<CodeComparison | null> {
  if (bundle === null || !live.exists) return null;
  if (worker.dispatchNamespace === null && live.version === null) return null;
  return compareCode(bundle, await readLiveCode(api.reader, worker, live.version?.id ?? null));
}
