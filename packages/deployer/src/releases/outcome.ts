import type { DeployResult } from '../apply/result.ts';
import { endedAs } from '../commands/deploy.ts';
import type { ReleaseTarget, TargetOutcome } from '../store/release.ts';

/** The part of a target's result that a release keeps. */
export function outcomeOf(result: DeployResult): TargetOutcome {
  const { endState, previousVersionId, versionId, upload, record, health, error, calls } = result;
  return {
    status: endedAs(result),
    endState,
    previousVersionId,
    versionId: versionId ?? upload,
    record,
    verdict: health.verdict,
    error: error === null ? null : { code: error.code, message: error.message },
    calls,
  };
}

/** Whether a release may have left something live on a target that was not live before. */
export function isChanged({ state, endState, versionId, previousVersionId }: ReleaseTarget): boolean {
  if (state !== 'done' && state !== 'failed') return false;
  const live = endState === 'live' || endState === 'live-partly' || endState === 'unknown';
  return live && versionId !== null && versionId !== previousVersionId;
}
