import { randomBytes } from 'node:crypto';
import { listDeployableVersions } from '../cloudflare/versions.ts';
import type { DeployResult, RollbackOptions } from '../deployer-api.ts';
import { RollbackError } from '../errors.ts';
import { withTenantLock } from '../records/lock.ts';
import { skippedHealth } from '../health/watch.ts';
import { ABSENT, type Actual } from '../state/absent.ts';
import { listDeployments } from '../cloudflare/deployments.ts';
import { getVersion } from '../cloudflare/versions.ts';
import { desiredState } from '../state/desired.ts';
import { deploymentMessage } from '../apply/annotations.ts';
import { execute } from '../apply/execute.ts';
import { beginJournal } from '../apply/journal.ts';
import type { Plan } from '../plan/plan.ts';
import { toPlannedStep } from '../apply/registry.ts';
import { reportInterrupted } from './report-interrupted.ts';
import { checkRollback, defaultTarget, versionByPrefix } from './rollback-target.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { urlOf } from '../session/url-of.ts';

/**
 * Gives the traffic back to an earlier version: a plan of one step, which takes the same road as any other.
 * @throws RollbackError ROLLBACK_IMPOSSIBLE with the reason, before anything is changed
 */
export function rollbackTenant(context: TenantContext, options: RollbackOptions): Promise<DeployResult> {
  const { world, worker } = context;
  const { tenant, environment } = worker;
  return withTenantLock({ rootDir: world.rootDir, tenant, environment }, () =>
    rollbackLocked(context, options),
  );
}

async function rollbackLocked(context: TenantContext, options: RollbackOptions): Promise<DeployResult> {
  const { world, worker } = context;
  const startedAt = world.now();
  const { actual, targetId, usable } = await readTarget(context, options.versionId);
  await reportInterrupted(context, actual);
  const url = await urlOf(context);
  const base = {
    tenant: worker.tenant,
    environment: worker.environment,
    accountId: worker.accountId,
    scriptName: worker.scriptName,
    url,
    previousVersionId: actual.version?.id ?? null,
    changes: [
      {
        path: 'version',
        kind: 'changed' as const,
        desired: targetId,
        actual: actual.version?.id ?? null,
        destructive: false,
      },
    ],
  };
  if (isLive(actual, targetId)) {
    return {
      ...base,
      changes: [],
      status: 'unchanged',
      endState: 'live',
      versionId: targetId,
      steps: [],
      leftovers: [],
      health: skippedHealth('the version was live already'),
      calls: context.calls(),
      durationMs: world.now() - startedAt,
      record: null,
      error: null,
    };
  }
  await checkRollback(context, { actual, targetId, usable, force: options.force ?? false });
  const run = randomBytes(6).toString('hex');
  const plan = rollbackPlan(context, actual, { targetId, force: options.force ?? false });
  const journal = await beginJournal(context, {
    kind: 'rollback',
    run,
    startedAt,
    url,
    commit: await context.run.commit(),
    message: options.message,
    previousVersionId: base.previousVersionId,
    changes: base.changes,
    steps: plan.steps
      .map(toPlannedStep)
      .map(({ kind, description }) => ({ kind, description, status: 'planned' })),
  });
  const executed = await execute(context, plan, {
    url,
    verify: options.verify ?? true,
    steps: {
      newSecrets: {},
      versionAnnotations: {},
      deploymentMessage: deploymentMessage(options.message, run),
      run,
    },
  });
  return journal.finish({
    ...base,
    ...executed,
    versionId: targetId,
    calls: context.calls(),
    durationMs: world.now() - startedAt,
  });
}

interface TargetRead {
  readonly actual: Actual;
  readonly targetId: string;
  /** Ids of the versions Cloudflare still deploys. */
  readonly usable: readonly string[];
}

async function readTarget(context: TenantContext, wanted: string | undefined): Promise<TargetRead> {
  const { worker, api } = context;
  const deployments = await listDeployments(api.reader, worker.scriptName);
  const live = deployments?.[0];
  if (deployments === null || live === undefined) {
    throw new RollbackError(
      'WORKER_MISSING',
      `Worker ${worker.scriptName} is not deployed, so there is nothing to roll back.`,
      {
        hint: 'Deploy it first, or check tenant and environment.',
      },
    );
  }
  const share = live.versions.toSorted((a, b) => b.percentage - a.percentage)[0];
  const [version, usable] = await Promise.all([
    share === undefined ? null : getVersion(api.reader, worker.scriptName, share.versionId),
    listDeployableVersions(api.reader, worker.scriptName),
  ]);
  const ids = usable.map(({ id }) => id);
  const targetId = wanted === undefined ? defaultTarget(deployments) : versionByPrefix(ids, wanted);
  if (targetId === null) throw noEarlierVersion(worker.scriptName);
  return {
    actual: { ...ABSENT, state: { ...ABSENT.state, exists: true }, deployments, deployment: live, version },
    targetId,
    usable: ids,
  };
}

function noEarlierVersion(scriptName: string): RollbackError {
  return new RollbackError(
    'ROLLBACK_IMPOSSIBLE',
    `Worker ${scriptName} has no earlier version that had all traffic.`,
    { hint: 'Name a version with --to; "cf-deploy versions" lists them.' },
  );
}

function isLive({ deployment }: Actual, versionId: string): boolean {
  return deployment?.versions.length === 1 && deployment.versions[0]?.versionId === versionId;
}

/** Code and configuration of the target are on Cloudflare already, so nothing is compared. */
function rollbackPlan(
  { worker }: TenantContext,
  actual: Actual,
  target: { readonly targetId: string; readonly force: boolean },
): Plan {
  return {
    release: { worker, bundle: null, assets: null, desired: desiredState(worker, null, null) },
    actual,
    changes: [],
    steps: [{ kind: 'promote', versionId: target.targetId, force: target.force }],
    upload: 'none',
    findings: [],
    reversible: { possible: true, why: null },
  };
}
