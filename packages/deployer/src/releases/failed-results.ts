import type { DeployResult, DriftResult, FailedTenant, StatusResult } from '../deployer-api.ts';
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
    interrupted: [],
    steps: [],
    leftovers: [],
    health: skippedHealth('the deploy failed before it'),
    gradual: null,
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
    gradual: null,
    undeployed: null,
    health: skippedHealth('the account could not be read'),
    lastRecord: null,
    error,
  };
}
