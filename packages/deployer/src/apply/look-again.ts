import { deploymentsSince, listDeployments } from '../cloudflare/deployments.ts';
import type { Deployment } from '../cloudflare/shapes.ts';
import { listNewestVersions } from '../cloudflare/versions.ts';
import type { Plan } from '../plan/plan.ts';
import type { Progress } from '../plan/step.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { LiveWorker } from '../sections/live.ts';
import { readMarker } from '../sections/marker.ts';
import { readWorker, unreadWorker } from '../sections/state.ts';
import { freshReads, type TenantContext } from '../session/tenant-context.ts';
import { replacedByUs } from './conflict.ts';
import { endStateAfter, type Truth } from './end-state.ts';
import { isLeftToOthers, type Reading } from './evidence.ts';
import { LIST_LAG_MS } from './lag.ts';
import type { RunOutcome } from './run.ts';
import type { Execution } from './execution.ts';
import { isOf, type Claim } from './succession.ts';
import { versionOfRun } from './steps/upload-version.ts';

interface Found {
  /** The active deployment, when it is the one this run made, or found and left alone. */
  readonly ours: Deployment | null;
  /** Somebody else's, which ours replaced unseen. */
  readonly replaced: Deployment | null;
  /** Another deploy was under way at the same time: what is not part of a version may be as that one wanted it. */
  readonly raced: boolean;
}

/** How long a run may take from its deployment to the last of what it sets, ms. */
const STILL_SETTING_MS = 30_000;
/** The newest; a run that was over a moment ago is among them. */
const RECORDS_LOOKED_AT = 5;

const NOT_FOUND: Found = { ours: null, replaced: null, raced: false };

/** One call: whether what is live is what this run made, and what it replaced. */
export async function findOurs(
  { context, plan, options }: Execution,
  versionId: string | null,
): Promise<Found> {
  const { worker, recovery } = context;
  const { run } = options.steps;
  if (worker.dispatchNamespace !== null) return NOT_FOUND;
  try {
    const deployments = await deploymentsSince(recovery.reader, worker.scriptName, plan.live.deployment);
    const [active] = deployments;
    if (active === undefined) return NOT_FOUND;
    const uploaded = plan.upload === 'none' && plan.target === null ? null : versionId;
    const isSplit = active.versions.filter(({ percentage }) => percentage > 0).length > 1;
    const asItWas = uploaded === null && active.id === plan.live.deployment?.id;
    if (asItWas) {
      return isSplit && !isLeftToOthers(plan) ? NOT_FOUND : { ours: active, replaced: null, raced: false };
    }
    const isWhole = active.versions.length === 1 && active.versions[0]?.versionId === versionId;
    const marked = readMarker(active.annotations)?.run === run;
    if (!isWhole && !(uploaded === null && marked)) return NOT_FOUND;
    const moved = plan.steps.some(({ kind }) => kind === 'promote' || kind === 'upload-script');
    const of = { basedOn: plan.live.deployment, run, versionId: uploaded ?? undefined };
    return {
      ours: active,
      replaced: moved ? replacedByUs(deployments, of) : null,
      raced: await hasRaced(context, deployments, of),
    };
  } catch {
    return NOT_FOUND;
  }
}

/**
 * Others deployed since, or the run whose deployment ours replaced may still be setting what is no part of a version: it
 * made it a moment before, and is none of this machine's that is over.
 */
async function hasRaced(
  { world, worker }: TenantContext,
  deployments: readonly Deployment[],
  { basedOn, ...of }: Claim & { readonly basedOn: Deployment | null },
): Promise<boolean> {
  const since = deployments.filter(({ id }) => id !== basedOn?.id);
  if (since.some((deployment) => !isOf(deployment, of))) return true;
  const first = since.at(-1);
  const before = basedOn === null ? null : readMarker(basedOn.annotations);
  if (first === undefined || basedOn === null || before?.over === undefined) return false;
  if (Date.parse(first.createdOn) - Date.parse(basedOn.createdOn) > STILL_SETTING_MS) return false;
  const records = await world.records.list(worker.tenant, worker.environment, { most: RECORDS_LOOKED_AT });
  return !records.some(({ record }) => record.run === before.run && record.status !== 'running');
}

/** How things stand, the version this run uploaded, and what was read; null where it could not be. */
export type Look = Truth & { readonly uploaded: string | null; readonly after: LiveWorker | null };

/** All of it, when lists had time to show what was written: how things stand, and the version this run uploaded. */
export async function lookAgain(execution: Execution, outcome: RunOutcome): Promise<Look> {
  const { world } = execution.context;
  if (outcome.steps.some(({ status }) => status !== 'skipped')) await world.sleep(LIST_LAG_MS);
  const reading = await readAgain(execution, outcome.progress);
  return {
    ...endStateAfter(execution.plan, outcome, reading),
    uploaded: reading?.uploaded ?? null,
    after: reading?.after ?? null,
  };
}

async function readAgain({ context, plan, options }: Execution, progress: Progress): Promise<Reading | null> {
  const { recovery, worker } = context;
  const { run } = options.steps;
  try {
    // One after the other: a read that fails must leave none under way.
    const after = await readAffected(context, plan);
    const uploaded =
      plan.upload === 'none' || worker.dispatchNamespace !== null
        ? null
        : versionOfRun(after.listed ?? (await listNewestVersions(recovery.reader, worker.scriptName)), run);
    if (isBehind(after, worker, progress)) return null;
    // A part that cannot be read now may be just what was changed. A rollback changes the deployment only.
    const blind =
      plan.target === null
        ? Object.values(after.state).some((part) => !part.known && part.error !== null)
        : after.deployment === null;
    return blind ? null : { after, uploaded, run };
  } catch {
    return null;
  }
}

/** What the plan can have changed. Where it only moves traffic between versions, that is told by the deployments alone. */
async function readAffected(
  { recovery }: TenantContext,
  { release, target, sections }: Plan,
): Promise<LiveWorker> {
  const { reader } = recovery;
  const { worker } = release;
  if (target === null || sections?.length !== 0) {
    return readWorker({ reader, account: freshReads(), worker, scope: 'declared' });
  }
  const deployments = (await listDeployments(reader, worker.scriptName)) ?? [];
  return {
    ...unreadWorker('only the traffic was moved'),
    deployments,
    deployment: deployments[0] ?? null,
  };
}

/** The deployments do not show ours: how things stand cannot be told from them. */
function isBehind({ deployments }: LiveWorker, worker: ResolvedWorker, progress: Progress): boolean {
  const { promoted, versionId } = progress;
  if (promoted !== true || versionId === undefined || worker.dispatchNamespace !== null) return false;
  return !deployments.some(({ versions }) => versions.some((share) => share.versionId === versionId));
}
