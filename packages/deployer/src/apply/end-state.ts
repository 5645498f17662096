import type { EndState } from '../end-state.ts';
import type { Plan } from '../plan/plan.ts';
import { changePath } from '../sections/change.ts';
import type { LiveWorker } from '../sections/live.ts';
import {
  certain,
  deployedMeanwhile,
  hadTraffic,
  isLeftToOthers,
  missingOf,
  missingText,
  movesTraffic,
  notGivenBack,
  otherShares,
  type Reading,
  sentSecrets,
  settingsCameWithUpload,
  shareOf,
  stillMoved,
  stuckChanges,
  wentBack,
  writtenOverTheirs,
} from './evidence.ts';
import type { RunOutcome } from './run.ts';

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
  const meanwhile = reading === null ? null : deployedMeanwhile(plan, reading);
  // A run that stopped before its first write has changed nothing, whatever is there, and nobody has to be asked.
  if (outcome.error !== null && !outcome.wrote) {
    return { endState: 'untouched', leftovers: certain(outcome.leftovers), meanwhile };
  }
  if (reading === null) {
    return { endState: 'unknown', leftovers: outcome.leftovers.map(({ text }) => text), meanwhile };
  }
  if (plan.target !== null) {
    return { ...afterRollback(plan, outcome, { ...reading, meanwhile, target: plan.target }), meanwhile };
  }
  const { after, uploaded } = reading;
  const newIsLive = uploaded !== null && after.version?.id === uploaded;
  const undone = outcome.steps.some(
    ({ status, undone: back }) => status === 'reverted' || status === 'left' || back === true,
  );
  const settled = plan.upload === 'none' || dispatchedOurs(plan, reading);
  const missing = missingOf(plan, after).map((change) => missingText(changePath(change)));
  // A share that could not be taken from the old version, or from the new one.
  const wanted = newIsLive ? uploaded : plan.upload === 'none' ? (after.version?.id ?? null) : null;
  const split = wanted === null || isLeftToOthers(plan) ? [] : otherShares(after, wanted);
  // A step may have failed that arrived all the same, or that somebody else's change made needless. A split that this run
  // did not make, or made only to put it back as it was found, is no part of what it did.
  const stillSplit = split.length > 0 && !movesTraffic(plan, reading);
  const allThere = plan.upload === 'none' && after.exists && missing.length === 0 && !stillSplit;
  const isShort = missing.length + split.length > 0;
  if (isShort && meanwhile !== null && isGoneWhole(plan, outcome, after)) {
    const leftovers = [...certain(outcome.leftovers), ...writtenOverTheirs(plan, outcome, reading)];
    return { endState: 'rolled-back', leftovers, meanwhile };
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
      leftovers: [
        ...stays,
        ...split,
        ...certain(outcome.leftovers),
        ...missing,
        ...(isShort && meanwhile !== null ? writtenOverTheirs(plan, outcome, reading) : []),
      ],
      meanwhile,
    };
  }
  return { ...notLive(plan, outcome, { ...reading, meanwhile }), meanwhile };
}

/**
 * It gave traffic to a version that was there already, or set what belongs to no version beside one; somebody deployed over
 * that since, and set over what it had set.
 */
function isGoneWhole(plan: Plan, outcome: RunOutcome, after: LiveWorker): boolean {
  return (
    plan.upload === 'none' &&
    outcome.error === null &&
    outcome.steps.some(({ status }) => status === 'done') &&
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
  const notGiven = notGivenBack(plan, reading);
  const moved = stillMoved(plan, reading);
  const leftovers = [
    ...certain(outcome.leftovers),
    ...version,
    ...(notGiven.length > 0 ? notGiven : moved),
    ...writtenOverTheirs(plan, outcome, reading),
    ...stuck.map((change) => `could not be undone, is as the files want it: ${changePath(change)}`),
  ];
  const overTheirs = gaveWay && uploaded !== null && settingsCameWithUpload(plan, after);
  if (overTheirs) {
    leftovers.push(
      `script settings of Worker ${plan.release.worker.scriptName}: came with the upload and are as the files want them; what another deploy had set before is not known`,
    );
  }
  if (share > 0 || moved.length > 0 || stuck.length > 0 || overTheirs || (created && after.exists))
    return { endState: 'live-partly', leftovers };
  if (hadTraffic(plan, outcome, reading)) return { endState: 'rolled-back', leftovers };
  if (uploaded !== null) return { endState: 'uploaded', leftovers };
  return { endState: wentBack(outcome) ? 'rolled-back' : 'untouched', leftovers };
}

function afterRollback(
  plan: Plan,
  outcome: RunOutcome,
  reading: Reading & Pick<Truth, 'meanwhile'> & { readonly target: string },
): Omit<Truth, 'meanwhile'> {
  const { after, target } = reading;
  const leftovers = missingOf(plan, after).map((change) => missingText(changePath(change)));
  // The deployment tells it also where the version itself could not be read.
  const shares = after.deployment?.versions ?? [];
  const isWhole = (after.version?.id ?? shares[0]?.versionId) === target && shares.length < 2;
  if (!isWhole) return notLive(plan, outcome, { ...reading, uploaded: null });
  return { endState: leftovers.length === 0 ? 'live' : 'live-partly', leftovers };
}

/** In a dispatch namespace there are no versions: the marker of the script says whose upload is live. */
function dispatchedOurs({ release }: Plan, { after }: Reading): boolean {
  return release.worker.dispatchNamespace !== null && after.exists;
}
