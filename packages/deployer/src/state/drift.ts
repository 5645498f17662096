import type { DriftResult } from '../deployer-api.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { Actual } from './absent.ts';
import { diffOptions, diffStates } from './diff.ts';
import { applyIgnoreRules } from './ignore.ts';
import { provenanceOf } from './provenance.ts';
import type { WorkerState } from './worker-state.ts';

/** Compares what is live with what the files say, leaves out what the rules leave to others, and says whose it is. Pure. */
export function driftReport(
  worker: ResolvedWorker,
  desired: WorkerState,
  actual: Actual,
): Omit<DriftResult, 'calls' | 'error'> {
  const diff = diffStates(desired, actual.state, diffOptions(worker));
  const { changes, ignored } = applyIgnoreRules(diff.changes, worker.drift.ignore);
  return {
    tenant: worker.tenant,
    environment: worker.environment,
    scriptName: worker.scriptName,
    drifted: changes.length > 0,
    changes,
    ignored,
    unknown: diff.unknown,
    provenance: provenanceOf(actual.deployment, actual.version),
  };
}
