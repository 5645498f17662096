import type { EndState } from '@cf-deploy/deployer';
import type { Command } from '../life.ts';
import { isTakenBackUnder, missingFrom, sameBeyondVersions, sameTraffic, type Seen } from '../seen.ts';
import { hasTraffic, ownOf } from './own.ts';

/** Why that end state is not the real one. */
export function wrongEndState(command: Command, endState: EndState): readonly string[] {
  const real = whyNot(command, endState);
  return real === null ? [] : [`says ${endState}, but ${real}`];
}

/** What the account shows against that end state; null when it is so. */
export function whyNot(command: Command, endState: EndState): string | null {
  const { network, others, after } = command;
  const why = whyNotSeen(command, endState, after);
  if (why === null || !network.actedUnseen || others.seen === null) return why;
  // What somebody did after the last look at the account nobody could have seen. Parts that are of no version are read each
  // at its own time, and may be set later: each may be as it was before, or as it is now.
  const { before: unseen, after: theirs } = others.seen;
  const changed = BEYOND.filter((part) => String(unseen[part]) !== String(theirs[part]));
  const possible = [
    ...mixed(unseen, after, BEYOND),
    // And the other way round: they set what is no part of a version, and it deployed.
    ...mixed(after, unseen, changed),
  ];
  return possible.some((seen) => whyNotSeen(command, endState, seen) === null) ? null : why;
}

const BEYOND = ['crons', 'logpush', 'workersDev'] as const;

/** One look with each choice of those parts from another. */
function mixed(one: Seen, other: Seen, parts: readonly (typeof BEYOND)[number][]): readonly Seen[] {
  return parts.reduce<readonly Seen[]>(
    (looks, part) => looks.flatMap((look) => [look, { ...look, [part]: other[part] }]),
    [one],
  );
}

function whyNotSeen(command: Command, endState: EndState, after: Seen): string | null {
  const { before, wanted, kind, others, network } = command;
  const own = ownOf(command);
  const sameBeyond =
    sameBeyondVersions(after, before) ||
    (others.seen !== null && sameBeyondVersions(after, others.seen.after)) ||
    (others.seen !== null &&
      network.wroteUnseen &&
      isTakenBackUnder(others.seen, { before, after }, command.result?.leftovers ?? []));
  const settled = isTrafficOf(after, command) && sameBeyond;
  switch (endState) {
    case 'live':
      if (kind === 'rollback') return after.shares.length === 1 ? null : 'the traffic is split';
      return missingFrom(after, wanted);
    case 'untouched':
      if (own.versions.length + own.deployments.length > 0) return 'something of it is there';
      return settled ? null : 'something changed';
    case 'uploaded':
      if (own.versions.length === 0) return 'no version of it is there';
      return settled && !own.versions.some((id) => hasTraffic(after, id))
        ? null
        : 'more than a version changed';
    case 'rolled-back':
      return settled ? null : 'it is not as it was before';
    case 'live-partly': {
      if (after.shares.length > 1 && command.result?.status === 'unchanged') return null;
      const ownIsLive = own.versions.some((id) => hasTraffic(after, id));
      const isWhole = kind !== 'rollback' && missingFrom(after, wanted) === null;
      if (isWhole && (ownIsLive || own.versions.length === 0)) return 'all of it is there';
      const isChanged = [before, ...(others.seen === null ? [] : [others.seen.after])].some(
        (seen) => !sameBeyondVersions(after, seen),
      );
      // Of a version that was there already, the traffic it was given is what is live of the run.
      const [active = ''] = after.deployments;
      const gaveTraffic = own.deployments.includes(active) && !sameTraffic(after, before);
      const ours = ownIsLive || gaveTraffic || isChanged;
      return ours || !before.exists ? null : 'nothing of it is live';
    }
    case 'unknown': {
      const blind = network.writes > 0 ? network.blindAfterWrite : network.blind;
      return blind > 0 || command.flipped.length > 0 ? null : 'all of it could be read';
    }
  }
}

/** The traffic is as it was before, or as somebody else left it. */
function isTrafficOf(after: Seen, { before, others }: Command): boolean {
  return sameTraffic(after, before) || (others.seen !== null && sameTraffic(after, others.seen.after));
}
