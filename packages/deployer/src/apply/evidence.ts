import type { Deployment } from '../cloudflare/shapes.ts';
import type { Plan } from '../plan/plan.ts';
import { sharesInWords } from '../plan/preflight/split.ts';
import { changePath, type Change } from '../sections/change.ts';
import { diffStates, isVersioned } from '../sections/diff.ts';
import { applyIgnoreRules } from '../sections/ignore.ts';
import type { LiveWorker } from '../sections/live.ts';
import { readMarker } from '../sections/marker.ts';
import { isOwned } from '../sections/meaning.ts';
import { missingSecrets } from '../sections/parts/secrets.ts';
import { SECTIONS } from '../sections/registry.ts';
import { absentState } from '../sections/state.ts';
import { isOfSection } from './registry.ts';
import type { Leftover, RunOutcome } from './run.ts';
import { isOf, rightful, sameShares } from './succession.ts';

/**
 * What a run was to do, what became of its calls and what was read afterwards, each asked one question. What the answers
 * come to together is decided in `end-state.ts`.
 */

/** What was read after a run. */
export interface Reading {
  readonly after: LiveWorker;
  /** Id of the version this run uploaded, wherever it is now; null when there is none. */
  readonly uploaded: string | null;
  /** Names this run in markers. */
  readonly run: string;
}

/** Whether a deployment is this run's. */
function isOurs(deployment: Deployment, { run, uploaded }: Reading): boolean {
  return isOf(deployment, { run, versionId: uploaded ?? undefined });
}

/** What is live is a deployment of this run, and gives other shares than were found, and than are due without it. */
export function movesTraffic(plan: Plan, reading: Reading): boolean {
  const active = reading.after.deployment;
  return active !== null && isOurs(active, reading) && isMove(active, plan, reading);
}

function isMove(deployment: Deployment, { live, goBackTo }: Plan, { after, run }: Reading): boolean {
  const owner = rightful(after.deployments, live.deployment, run);
  const back = goBackTo === null ? null : { versions: goBackTo };
  return [live.deployment, back, owner].every((due) => !sameShares(served(deployment), served(due)));
}

/** That shares were given to versions that were there already, and still are so. */
export function stillMoved(plan: Plan, reading: Reading): readonly string[] {
  const { uploaded, after } = reading;
  if (uploaded !== null || !movesTraffic(plan, reading)) return [];
  const shares = sharesInWords(served(after.deployment));
  return [
    `the traffic of Worker ${plan.release.worker.scriptName}: could not be given back, ${shares} as this run gave it`,
  ];
}

/** Whether what this run deployed was served for a while: its own list of steps does not tell where one failed half-way. */
export function hadTraffic(plan: Plan, { progress }: RunOutcome, reading: Reading): boolean {
  const { after, run, uploaded } = reading;
  // A step may have found the shares as it wanted them.
  if (uploaded === null && after.deployment !== null && after.deployment.id === plan.live.deployment?.id) {
    return false;
  }
  if (progress.promoted === true) return true;
  return after.deployments.some((deployment) => {
    if (readMarker(deployment.annotations)?.run !== run) return false;
    return uploaded === null
      ? isMove(deployment, plan, reading)
      : served(deployment).some(({ versionId }) => versionId === uploaded);
  });
}

/** The shares that are more than nothing. */
function served(deployment: Pick<Deployment, 'versions'> | null): Deployment['versions'] {
  return (deployment?.versions ?? []).filter(({ percentage }) => percentage > 0);
}

/**
 * Secrets that went with the upload of a version, where some did and it is the newest. An upload takes secrets over from
 * the newest version, live or not, so these come with the next one, whatever somebody set meanwhile. Source: bindings of
 * type `inherit`.
 */
export function sentSecrets({ release: { worker }, live }: Plan, { after, uploaded }: Reading): string {
  const { undeployed, deployment } = after;
  const staged = deployment?.versions.some(({ versionId }) => versionId === uploaded) === true;
  const isNewest = undeployed === null ? staged : undeployed.id === uploaded;
  const names = isNewest ? missingSecrets({ worker, live }) : [];
  return names.length === 0 ? '' : `, and was sent ${names.join(', ')}, which the next upload takes over`;
}

/** What of the files is not live, as leftovers name it. */
export function missingText(path: string): string {
  return `differs from what was wanted: ${path}`;
}

/** Owned differences between what is wanted and what is there. */
export function missingOf(
  { release: { desired, worker }, sections }: Plan,
  after: LiveWorker,
): readonly Change[] {
  const { changes } = diffStates(desired, after.state, worker);
  return applyIgnoreRules(changes, worker.drift.ignore).changes.filter(
    (change) => isOwned(worker, change) && (sections?.includes(change.section) ?? true),
  );
}

/**
 * What our steps changed and is still so: it differs from before, and not from what was wanted. What differs from both
 * is somebody else's; so is everything versioned while our version is not live.
 */
export function stuckChanges(plan: Plan, outcome: RunOutcome, after: LiveWorker): readonly Change[] {
  const { desired, worker } = plan.release;
  const tried = outcome.steps.filter(({ status }) => status !== 'skipped').map(({ step }) => step.kind);
  const wanted = diffStates(desired, after.state, worker).changes.map(changePath);
  const missing = missingOf(plan, after).map(({ section }) => section);
  const before = plan.live.exists ? plan.live.state : absentState(desired);
  return diffStates(before, after.state, {
    keepVars: false,
    secrets: worker.secrets,
  }).changes.filter((change) => {
    const { carrier, setAtOnce } = SECTIONS[change.section];
    const ours = carrier !== null && carrier !== 'upload' && tried.includes(carrier);
    if (!ours || isVersioned(change.section) || wanted.includes(changePath(change))) return false;
    // An entry that is gone from a list that somebody else set as a whole is gone by theirs.
    return change.actual !== null || setAtOnce !== true || !missing.includes(change.section);
  });
}

/**
 * The upload that makes a Worker sets its script settings too. Where somebody else made it a moment before, theirs were
 * replaced, nobody read what they were, and giving the traffic back does not bring them back. One that is not as the files
 * want it was set again since.
 */
export function settingsCameWithUpload({ live, upload, release }: Plan, after: LiveWorker): boolean {
  if (live.exists || upload !== 'script') return false;
  const { desired, worker } = release;
  return after.state.settings.known && !diffStates(desired, after.state, worker).changes.some(isSetting);
}

function isSetting({ section }: Change): boolean {
  return section === 'settings';
}

/** Undoing that failed is told from what is there; this is what undoing itself said it cannot put back. */
export function certain(leftovers: readonly Leftover[]): readonly string[] {
  return leftovers.filter((left) => left.certain && left.step !== 'upload-version').map(({ text }) => text);
}

/**
 * What belongs to no version is looked at and then put back, or set once more, and Cloudflare has no "only if": what somebody
 * set of it between the two is overwritten unseen.
 */
export function writtenOverTheirs(plan: Plan, { steps }: RunOutcome, reading: Reading): readonly string[] {
  if (!haveOthersDeployed(plan, reading)) return [];
  return steps.flatMap(({ step, description, undone, again }) => {
    if (!isOfSection(step) || (undone !== true && again !== true)) return [];
    const how = undone === true ? 'undone' : 'set';
    return [
      `${how} while somebody else deployed: "${description}"; what they set of it, if anything, is not known`,
    ];
  });
}

/** Whether what this run did was undone; of traffic the deployments tell, a step only where undoing went well. */
export function wentBack({ steps }: RunOutcome): boolean {
  return steps.some(
    ({ status, step, undone }) =>
      (status === 'reverted' && step.kind !== 'upload-assets') || (undone === true && isOfSection(step)),
  );
}

/** Somebody else deployed since the look that the plan was made from, whatever is live now. */
function haveOthersDeployed(plan: Plan, reading: Reading): boolean {
  if (deployedMeanwhile(plan, reading) !== null) return true;
  const { deployments } = reading.after;
  const found = deployments.findIndex(({ id }) => id === plan.live.deployment?.id);
  const since = found < 0 ? deployments : deployments.slice(0, found);
  return since.some((deployment) => !isOurs(deployment, reading));
}

/**
 * What is live is this run's doing, and not what would be without it: somebody deployed between its look and its call, was
 * replaced unseen, and the call that gave the traffic back did not get through.
 */
export function notGivenBack({ live, release }: Plan, reading: Reading): readonly string[] {
  const { after, run } = reading;
  const active = after.deployment;
  if (active === null || !isOurs(active, reading)) return [];
  const owner = rightful(after.deployments, live.deployment, run);
  if (owner === null || owner.id === live.deployment?.id || sameShares(owner.versions, active.versions))
    return [];
  const versions = owner.versions.map(({ versionId }) => versionId).join(' and ');
  return [
    `the traffic of Worker ${release.worker.scriptName}: could not be given back to ${versions}, which ${owner.author ?? 'somebody else'} deployed meanwhile, at ${owner.createdOn}, and this run replaced`,
  ];
}

export function shareOf({ deployment }: Pick<LiveWorker, 'deployment'>, versionId: string): number {
  return deployment?.versions.find((share) => share.versionId === versionId)?.percentage ?? 0;
}

/** The tenant says that somebody else divides its traffic. */
export function isLeftToOthers({ ignored }: Plan): boolean {
  return ignored.some(({ path }) => path.startsWith('version'));
}

/** What of the traffic another version has. */
export function otherShares({ deployment }: LiveWorker, versionId: string): readonly string[] {
  return (deployment?.versions ?? [])
    .filter((share) => share.versionId !== versionId && share.percentage > 0)
    .map((share) => `version ${share.versionId}: still has ${share.percentage} % of the traffic`);
}

function hasTraffic({ deployment }: Pick<LiveWorker, 'deployment'>, versionId: string): boolean {
  return shareOf({ deployment }, versionId) > 0;
}

/** Who made the active deployment, when it is neither the one of before nor ours. */
export function deployedMeanwhile(plan: Plan, { after, uploaded, run }: Reading): string | null {
  const active = after.deployment;
  if (active === null || active.id === plan.live.deployment?.id) return null;
  const ours =
    readMarker(active.annotations)?.run === run || (uploaded !== null && hasTraffic(after, uploaded));
  if (ours) return null;
  const versions = active.versions.map(({ versionId }) => versionId).join(' and ');
  const source = active.source === null ? '' : ` from ${active.source}`;
  return `${active.author ?? 'Somebody else'} deployed ${versions} meanwhile, at ${active.createdOn}${source}.`;
}
