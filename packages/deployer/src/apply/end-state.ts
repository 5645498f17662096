import type { EndState } from '../end-state.ts';
import type { Plan } from '../plan/plan.ts';
import { changePath, type Change } from '../sections/change.ts';
import { diffStates, isVersioned } from '../sections/diff.ts';
import { applyIgnoreRules } from '../sections/ignore.ts';
import type { LiveWorker } from '../sections/live.ts';
import { readMarker } from '../sections/marker.ts';
import { isOwned } from '../sections/meaning.ts';
import { missingSecrets } from '../sections/parts/secrets.ts';
import { SECTIONS } from '../sections/registry.ts';
import { isOfSection } from './registry.ts';
import type { Leftover, RunOutcome } from './run.ts';
import { isOf, rightful, sameShares } from './succession.ts';

/** What was read after a run. */
export interface Reading {
  readonly after: LiveWorker;
  /** Id of the version this run uploaded, wherever it is now; null when there is none. */
  readonly uploaded: string | null;
  /** Names this run in markers. */
  readonly run: string;
}

/** How things stand, and what of it is ours and should not be there. */
export interface Truth {
  readonly endState: EndState;
  /** By name. */
  readonly leftovers: readonly string[];
  /** Who deployed meanwhile, as a sentence; null when nobody did. */
  readonly meanwhile: string | null;
}

/**
 * What the account looks like after a run, told from reading it again rather than from what was attempted, and
 * attributed: what somebody else changed meanwhile is not ours. Pure.
 *
 * @param reading null when the account could not be read
 */
export function endStateAfter(plan: Plan, outcome: RunOutcome, reading: Reading | null): Truth {
  if (reading === null) {
    // A run that stopped before its first write has changed nothing, and nobody has to be asked.
    if (outcome.error !== null && !outcome.wrote) {
      return { endState: 'untouched', leftovers: certain(outcome.leftovers), meanwhile: null };
    }
    return { endState: 'unknown', leftovers: outcome.leftovers.map(({ text }) => text), meanwhile: null };
  }
  const meanwhile = deployedMeanwhile(plan, reading);
  if (plan.target !== null) {
    const { endState, leftovers } = afterRollback(plan, reading, plan.target);
    return { endState, leftovers: [...leftovers, ...undoneOverTheirs(outcome, meanwhile)], meanwhile };
  }
  const { after, uploaded } = reading;
  const newIsLive = uploaded !== null && after.version?.id === uploaded;
  const undone = outcome.steps.some(({ status }) => status === 'reverted' || status === 'left');
  const settled = plan.upload === 'none' || dispatchedOurs(plan, reading);
  const missing = missingOf(plan, after).map((change) => missingText(changePath(change)));
  // A share that could not be taken from the old version, or from the new one.
  const wanted = newIsLive ? uploaded : plan.upload === 'none' ? (after.version?.id ?? null) : null;
  const split = wanted === null || isLeftToOthers(plan) ? [] : otherShares(after, wanted);
  // A step may have failed that arrived all the same, or that somebody else's change made needless. A split that still
  // stands as it was found, or does again, is no part of what this run did.
  const found = plan.live.deployment;
  const stillSplit =
    split.length > 0 &&
    (after.deployment?.id === found?.id ||
      ((undone || !outcome.wrote) && sameShares(after.deployment?.versions ?? [], found?.versions ?? [])));
  const allThere = plan.upload === 'none' && after.exists && missing.length === 0 && !stillSplit;
  if (missing.length > 0 && meanwhile !== null && isGoneWhole(plan, outcome, after)) {
    return { endState: 'rolled-back', leftovers: certain(outcome.leftovers), meanwhile };
  }
  if (newIsLive || allThere || (settled && outcome.error === null && !undone)) {
    const stays =
      newIsLive && undone
        ? [
            `version ${uploaded} of Worker ${plan.release.worker.scriptName}: could not be taken back, stays live`,
          ]
        : [];
    return {
      endState: missing.length === 0 && split.length === 0 ? 'live' : 'live-partly',
      leftovers: [...stays, ...split, ...certain(outcome.leftovers), ...missing],
      meanwhile,
    };
  }
  return { ...notLive(plan, outcome, { ...reading, meanwhile }), meanwhile };
}

/**
 * It set what belongs to no version, beside a version that was live already; somebody deployed over that one since, and set
 * over what it had set.
 */
function isGoneWhole(plan: Plan, outcome: RunOutcome, after: LiveWorker): boolean {
  const before = plan.live.version;
  return (
    plan.upload === 'none' &&
    outcome.error === null &&
    outcome.steps.some(({ status }) => status === 'done') &&
    (before === null || shareOf(after, before.id) === 0) &&
    stuckChanges(plan, outcome, after).length === 0
  );
}

/** The new version is not live: what of the rest is, that was not there before? */
function notLive(
  plan: Plan,
  outcome: RunOutcome,
  reading: Reading & Pick<Truth, 'meanwhile'>,
): Omit<Truth, 'meanwhile'> {
  const { after, uploaded, meanwhile } = reading;
  const stuck = stuckChanges(plan, outcome, after);
  // A Worker that is there now and was not may be somebody else's.
  const share = uploaded === null ? 0 : shareOf(after, uploaded);
  // Whose deployment came first made it; who gave way to that left a version and nothing live.
  const gaveWay = outcome.progress.promoted !== true && otherShares(after, uploaded ?? '').length > 0;
  const created = !plan.live.exists && !gaveWay && (uploaded !== null || meanwhile === null);
  const version =
    uploaded === null
      ? []
      : [
          `version ${uploaded} of Worker ${plan.release.worker.scriptName}: uploaded, has ${share === 0 ? 'no traffic' : `${share} % of the traffic`}${sentSecrets(plan, reading)}`,
        ];
  const leftovers = [
    ...certain(outcome.leftovers),
    ...version,
    ...notGivenBack(plan, reading),
    ...undoneOverTheirs(outcome, meanwhile),
    ...stuck.map((change) => `could not be undone, is as the files want it: ${changePath(change)}`),
  ];
  const overTheirs = gaveWay && uploaded !== null && settingsCameWithUpload(plan, after);
  if (overTheirs) {
    leftovers.push(
      `script settings of Worker ${plan.release.worker.scriptName}: came with the upload and are as the files want them; what another deploy had set before is not known`,
    );
  }
  if (share > 0 || stuck.length > 0 || overTheirs || (created && after.exists))
    return { endState: 'live-partly', leftovers };
  const wentBack =
    outcome.progress.promoted === true ||
    outcome.steps.some(({ status, step }) => status === 'reverted' && step.kind !== 'upload-assets');
  if (outcome.progress.promoted === true) return { endState: 'rolled-back', leftovers };
  if (uploaded !== null) return { endState: 'uploaded', leftovers };
  return { endState: wentBack ? 'rolled-back' : 'untouched', leftovers };
}

/**
 * Secrets that went with the upload of a version, where some did and it is the newest. An upload takes secrets over from
 * the newest version, live or not, so these come with the next one, whatever somebody set meanwhile. Source: bindings of
 * type `inherit`.
 */
function sentSecrets({ release: { worker }, live }: Plan, { after, uploaded }: Reading): string {
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
function missingOf({ release: { desired, worker }, sections }: Plan, after: LiveWorker): readonly Change[] {
  const { changes } = diffStates(desired, after.state, worker);
  return applyIgnoreRules(changes, worker.drift.ignore).changes.filter(
    (change) => isOwned(worker, change) && (sections?.includes(change.section) ?? true),
  );
}

/**
 * What our steps changed and is still so: it differs from before, and not from what was wanted. What differs from both
 * is somebody else's; so is everything versioned while our version is not live.
 */
function stuckChanges(plan: Plan, outcome: RunOutcome, after: LiveWorker): readonly Change[] {
  if (!plan.live.exists) return [];
  const { desired, worker } = plan.release;
  const tried = outcome.steps.filter(({ status }) => status !== 'skipped').map(({ step }) => step.kind);
  const wanted = diffStates(desired, after.state, worker).changes.map(changePath);
  return diffStates(plan.live.state, after.state, {
    keepVars: false,
    secrets: worker.secrets,
  }).changes.filter((change) => {
    const { carrier } = SECTIONS[change.section];
    const ours = carrier !== null && carrier !== 'upload' && tried.includes(carrier);
    return ours && !isVersioned(change.section) && !wanted.includes(changePath(change));
  });
}

/**
 * The upload that makes a Worker sets its script settings too. Where somebody else made it a moment before, theirs were
 * replaced, nobody read what they were, and giving the traffic back does not bring them back. One that is not as the files
 * want it was set again since.
 */
function settingsCameWithUpload({ live, upload, release }: Plan, after: LiveWorker): boolean {
  if (live.exists || upload !== 'script') return false;
  const { desired, worker } = release;
  return after.state.settings.known && !diffStates(desired, after.state, worker).changes.some(isSetting);
}

function isSetting({ section }: Change): boolean {
  return section === 'settings';
}

/** Undoing that failed is told from what is there; this is what undoing itself said it cannot put back. */
function certain(leftovers: readonly Leftover[]): readonly string[] {
  return leftovers.filter((left) => left.certain && left.step !== 'upload-version').map(({ text }) => text);
}

function afterRollback(plan: Plan, reading: Reading, target: string): Omit<Truth, 'meanwhile'> {
  const { after, run } = reading;
  const leftovers = missingOf(plan, after).map((change) => missingText(changePath(change)));
  // The deployment tells it also where the version itself could not be read.
  const shares = after.deployment?.versions ?? [];
  const whole = (after.version?.id ?? shares[0]?.versionId) === target && shares.length < 2;
  if (whole) return { endState: leftovers.length === 0 ? 'live' : 'live-partly', leftovers };
  if (after.deployment?.id === plan.live.deployment?.id) return { endState: 'untouched', leftovers: [] };
  // Somebody may have deployed over it; it was live all the same.
  const made = after.deployments.some(({ annotations }) => readMarker(annotations)?.run === run);
  return { endState: made ? 'rolled-back' : 'untouched', leftovers: notGivenBack(plan, reading) };
}

/**
 * What belongs to no version is looked at and then put back, and Cloudflare has no "only if": what somebody set of it
 * between the two is overwritten unseen.
 */
function undoneOverTheirs({ steps }: RunOutcome, meanwhile: Truth['meanwhile']): readonly string[] {
  if (meanwhile === null) return [];
  return steps
    .filter(({ step, status }) => status === 'reverted' && isOfSection(step))
    .map(
      ({ description }) =>
        `undone while somebody else deployed: "${description}"; what they set of it, if anything, is not known`,
    );
}

/**
 * What is live is this run's doing, and not what would be without it: somebody deployed between its look and its call, was
 * replaced unseen, and the call that gave the traffic back did not get through.
 */
function notGivenBack({ live, release }: Plan, { after, uploaded, run }: Reading): readonly string[] {
  const active = after.deployment;
  if (active === null || !isOf(active, { run, versionId: uploaded ?? undefined })) return [];
  const owner = rightful(after.deployments, live.deployment, run);
  if (owner === null || owner.id === live.deployment?.id || sameShares(owner.versions, active.versions))
    return [];
  const versions = owner.versions.map(({ versionId }) => versionId).join(' and ');
  return [
    `the traffic of Worker ${release.worker.scriptName}: could not be given back to ${versions}, which ${owner.author ?? 'somebody else'} deployed meanwhile, at ${owner.createdOn}, and this run replaced`,
  ];
}

/** In a dispatch namespace there are no versions: the marker of the script says whose upload is live. */
function dispatchedOurs({ release }: Plan, { after }: Reading): boolean {
  return release.worker.dispatchNamespace !== null && after.exists;
}

function shareOf({ deployment }: Pick<LiveWorker, 'deployment'>, versionId: string): number {
  return deployment?.versions.find((share) => share.versionId === versionId)?.percentage ?? 0;
}

/** The tenant says that somebody else divides its traffic. */
export function isLeftToOthers({ ignored }: Plan): boolean {
  return ignored.some(({ path }) => path.startsWith('version'));
}

/** What of the traffic another version has. */
function otherShares({ deployment }: LiveWorker, versionId: string): readonly string[] {
  return (deployment?.versions ?? [])
    .filter((share) => share.versionId !== versionId && share.percentage > 0)
    .map((share) => `version ${share.versionId}: still has ${share.percentage} % of the traffic`);
}

function hasTraffic({ deployment }: Pick<LiveWorker, 'deployment'>, versionId: string): boolean {
  return shareOf({ deployment }, versionId) > 0;
}

/** Who made the active deployment, when it is neither the one of before nor ours. */
function deployedMeanwhile(plan: Plan, { after, uploaded, run }: Reading): string | null {
  const active = after.deployment;
  if (active === null || active.id === plan.live.deployment?.id) return null;
  const ours =
    readMarker(active.annotations)?.run === run || (uploaded !== null && hasTraffic(after, uploaded));
  if (ours) return null;
  const versions = active.versions.map(({ versionId }) => versionId).join(' and ');
  const source = active.source === null ? '' : ` from ${active.source}`;
  return `${active.author ?? 'Somebody else'} deployed ${versions} meanwhile, at ${active.createdOn}${source}.`;
}
