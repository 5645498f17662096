import { ConfigError, ConflictError } from '../errors.ts';
import { isOfGradual, sharesInWords, sharesOf } from '../plan/preflight/split.ts';
import { knownGradual } from '../session/gradual.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { isUnderWay, type GradualDeploy } from '../store/gradual.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import type { LiveTraffic } from './traffic-plan.ts';

/** The gradual deploy that is not over. @throws ConfigError GRADUAL_UNKNOWN */
export function openGradual(context: TenantContext): GradualDeploy {
  const { scriptName } = context.worker;
  const gradual = knownGradual(context);
  if (gradual !== null && (gradual.status === 'running' || gradual.status === 'paused')) return gradual;
  const last = gradual === null ? '' : ` The last one is ${gradual.status}.`;
  throw new ConfigError(
    'GRADUAL_UNKNOWN',
    `No gradual deploy of Worker ${scriptName} is known here.${last}`,
    {
      hint: 'It is kept in the store of releases of the folder it was begun in. Without that, give all traffic to one version: cf-deploy rollback --to=<version>.',
    },
  );
}

/** Whether another process goes through it now. */
export function isRunElsewhere({ world }: TenantContext, gradual: GradualDeploy): boolean {
  return isUnderWay(gradual, { isAlive: world.runner.isAlive, now: world.now() });
}

/**
 * Refuses to move traffic that somebody else moved meanwhile: what is live must be the two versions of the gradual deploy.
 * @throws ConflictError TRAFFIC_SPLIT, CONFLICT
 */
export function refuseOthersTraffic(
  { worker }: TenantContext,
  store: ReleaseStore,
  { gradual, live }: { readonly gradual: GradualDeploy; readonly live: LiveTraffic },
): void {
  const shares = live.deployment.versions.filter(({ percentage }) => percentage > 0);
  if (isOfGradual(shares, gradual)) return;
  store.noteGradual({
    ...gradual,
    status: 'replaced',
    why: 'somebody else deployed',
    runner: null,
    wish: null,
  });
  const { author, createdOn } = live.deployment;
  const who = author === null ? '' : ` by ${author}`;
  throw new ConflictError(
    sharesOf(live).length === 0 ? 'CONFLICT' : 'TRAFFIC_SPLIT',
    `Worker ${worker.scriptName} was deployed since, at ${createdOn}${who}: ${sharesInWords(shares)}. The gradual deploy is over.`,
    { hint: 'Look at what is live with cf-deploy status, and deploy again if it is not what you want.' },
  );
}

/** Makes this process the one that goes through it; gives it with the status from before. @throws ConflictError LOCKED */
export function takeGradual(
  { world }: TenantContext,
  store: ReleaseStore,
  gradual: GradualDeploy,
): GradualDeploy {
  const { accountId, scriptName } = gradual;
  const change = { runner: world.runner.name, was: gradual.runner, now: world.now() };
  if (!store.takeGradual(accountId, scriptName, change)) throw runElsewhere(gradual);
  return { ...gradual, runner: change.runner, seenAt: change.now, wish: null };
}

/** The error for one that another process goes through. */
export function runElsewhere({ scriptName, runner }: GradualDeploy): ConflictError {
  return new ConflictError(
    'LOCKED',
    `The gradual deploy of Worker ${scriptName} is being run by ${runner ?? 'another process'}.`,
    {
      hint: 'Wait for it, or let it stop with cf-deploy pause.',
      details: { runner },
    },
  );
}
