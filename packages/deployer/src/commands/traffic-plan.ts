import type { Deployment, LiveVersion } from '../cloudflare/shapes.ts';
import { getVersion } from '../cloudflare/versions.ts';
import { RollbackError } from '../errors.ts';
import { createRelease, type Plan } from '../plan/plan.ts';
import type { Step } from '../plan/step.ts';
import { AT_ONCE } from '../plan/traffic.ts';
import { largestShare, type LiveWorker } from '../sections/live.ts';
import { askedChange } from '../sections/meaning.ts';
import { unreadWorker } from '../sections/state.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { readDeployments } from './read-deployments.ts';

/** A Worker of which only its deployments and its live version were read: all that moving traffic needs. */
export type LiveTraffic = Omit<LiveWorker, 'deployment' | 'version'> & {
  readonly deployment: Deployment;
  /** The one with the largest share. */
  readonly version: LiveVersion | null;
};

/**
 * Reads who has the traffic.
 * @throws DeployError WORKER_MISSING when nothing is deployed
 */
export async function readTraffic(context: TenantContext): Promise<LiveTraffic> {
  const { worker, api } = context;
  const deployments = await readDeployments(context);
  const [active] = deployments;
  if (active === undefined) {
    throw new RollbackError(
      'WORKER_MISSING',
      `Worker ${worker.scriptName} is not deployed, so there is no traffic to move.`,
      { hint: 'Deploy it first, or check tenant and environment.' },
    );
  }
  const share = largestShare(active);
  const version = share === null ? null : await getVersion(api.reader, worker.scriptName, share);
  return { ...unreadWorker('only the traffic is moved'), deployments, deployment: active, version };
}

/** Why the traffic stays where it is after a version was given up, whatever the health check says of the other one. */
export const GIVEN_UP = 'the new version was given up, so it gets no traffic again.';

/** A plan that moves traffic and nothing else: what it moves to is on Cloudflare already, so nothing is compared. */
export function trafficPlan(
  { worker }: Pick<TenantContext, 'worker'>,
  live: LiveTraffic,
  to: {
    /** The version that is to have all of it in the end. */
    readonly targetId: string;
    readonly steps: readonly Step[];
    /** The shares when it is taken back. @default those of now */
    readonly goBackTo?: Deployment['versions'];
    /** Why it is not taken back, whatever the health check says. @default null: it is */
    readonly stays?: string | null;
  },
): Plan {
  const { targetId, steps, stays = null } = to;
  const change = askedChange({
    section: 'version',
    key: null,
    field: null,
    desired: targetId,
    actual: live.version?.id ?? null,
  });
  return {
    release: createRelease(worker, null, null),
    target: targetId,
    sections: [],
    live,
    changes: steps.length === 0 ? [] : [change],
    left: [],
    ignored: [],
    unknown: [],
    steps,
    upload: 'none',
    beforeTraffic: { checked: false, why: null },
    traffic: AT_ONCE,
    goBackTo: to.goBackTo ?? live.deployment.versions,
    findings: [],
    reversible: { possible: stays === null, why: stays },
  };
}

/** Whether one version has all of the traffic. */
export function hasAllTraffic({ deployment }: LiveTraffic, versionId: string): boolean {
  const shares = deployment.versions.filter(({ percentage }) => percentage > 0);
  return shares.length === 1 && shares[0]?.versionId === versionId;
}
