import type { DeployResult } from '../apply/result.ts';
import type { DriftResult } from '../commands/drift.ts';
import type { FailedTenant } from './command.ts';
import type { StatusResult } from '../commands/status.ts';
import { skippedHealth } from '../health/watch.ts';

type Failure = FailedTenant['error'];

/** What stands for a deploy that failed before its first write. */
export function failedDeploy(tenant: string, environment: string | null, error: Failure): DeployResult {
  return {
    tenant,
    environment,
    accountId: '',
    scriptName: '',
    url: null,
    status: 'failed',
    // Thrown before the first write: nothing was changed.
    endState: 'untouched',
    previousVersionId: null,
    versionId: null,
    changes: [],
    left: [],
    notLookedAt: [],
    interrupted: [],
    steps: [],
    leftovers: [],
    health: skippedHealth('the deploy failed before it'),
    calls: 0,
    durationMs: 0,
    record: null,
    recordError: null,
    error,
  };
}

/** What stands for a drift that could not be found out. */
export function failedDrift(tenant: string, environment: string | null, error: Failure): DriftResult {
  return {
    tenant,
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
  };
}

/** What stands for a status that could not be read. */
export function failedStatus(tenant: string, environment: string | null, error: Failure): StatusResult {
  return {
    tenant,
    environment,
    scriptName: '',
    url: null,
    exists: false,
    deployment: null,
    dispatchNamespace: null,
    undeployed: null,
    notLookedAt: [],
    health: skippedHealth('the account could not be read'),
    lastRecord: null,
    error,
  };
}
