import type { Executed } from '../../src/apply/executed.ts';
import { traffic, type Account } from './account.ts';
import { CODE, CRONS } from './scenes.ts';

/** The account as the run found it, as it is, and as it would be without the run. */
export interface Facts {
  readonly before: Account;
  readonly after: Account;
  readonly without: Account;
  /** A rollback: the version that is to have the traffic. */
  readonly target: string | null;
  /** A read after the first write did not give its answer. */
  readonly blind: boolean;
}

const PARTS = ['crons', 'logpush', 'workersDev'] as const;
type Part = (typeof PARTS)[number];

/** How a report calls them. */
const TOLD_AS: Readonly<Record<Part, RegExp>> = {
  crons: /cron/,
  logpush: /logpush|settings/,
  workersDev: /workers\.?dev/i,
};

/** The step that sets them. */
const STEP_OF: Readonly<Record<Part, string>> = {
  crons: 'crons',
  logpush: 'script-settings',
  workersDev: 'subdomain',
};

/** What of a report is not so; empty when all of it is. */
export function untrue(said: Executed, facts: Facts): readonly string[] {
  return [...wrongEnd(said, facts), ...wrongLines(said, facts), ...wrongStatus(said, facts)];
}

function wrongEnd({ endState, leftovers }: Executed, facts: Facts): readonly string[] {
  const { after, before } = facts;
  const own = ownVersions(after);
  const why = (ok: boolean, text: string): readonly string[] => (ok ? [] : [`says ${endState}, but ${text}`]);
  switch (endState) {
    case 'live':
      return why(isWhole(facts), 'it is not all live');
    case 'untouched':
      return [
        ...why(own.length === 0, 'a version of it is there'),
        ...why(!after.deployments.some(({ by }) => by === 'ours'), 'a deployment of it is there'),
        ...why(sameTraffic(facts), 'the traffic is not as without it'),
        ...PARTS.flatMap((part) => why(isAsWithout(part, facts, []), `${part} is not as without it`)),
      ];
    case 'uploaded':
    case 'rolled-back':
      return [
        ...(endState === 'uploaded' ? why(own.length > 0, 'no version of it is there') : []),
        ...why(sameTraffic(facts) || isToldOfTraffic(leftovers), 'the traffic is not as without it'),
        ...PARTS.flatMap((part) => why(isAsWithout(part, facts, leftovers), `${part} is not as without it`)),
      ];
    case 'live-partly': {
      const ours =
        own.some((id) => (traffic(after)[id] ?? 0) > 0) ||
        (after.deployments[0]?.by === 'ours' && !sameTraffic(facts)) ||
        (!before.exists && after.deployments.some(({ by }) => by === 'ours')) ||
        PARTS.some((part) => isOurs(part, after) && !isAsWithout(part, { ...facts, without: before }, []));
      return [
        ...why(ours, 'nothing of it is live'),
        ...why(!isWhole(facts), 'all of it is live'),
        ...why(leftovers.length > 0, 'names nothing'),
      ];
    }
    case 'unknown':
      return why(facts.blind, 'all could be read');
  }
}

function wrongStatus({ status, endState, error, health }: Executed, facts: Facts): readonly string[] {
  return [
    ...(error?.code === 'INTERNAL' ? [`internal error: ${error.message}`] : []),
    ...(status === 'deployed' && endState !== 'live' ? ['deployed is not live'] : []),
    ...(status === 'deployed' && error !== null ? ['deployed with an error'] : []),
    ...(status === 'failed' && error === null ? ['failed without an error'] : []),
    ...(status === 'rolled-back' && endState !== 'rolled-back' ? ['"rolled-back" is not'] : []),
    ...(status === 'rolled-back' && health.verdict !== 'unhealthy' && error?.code !== 'HEALTH_FAILED'
      ? ['taken back without being sick']
      : []),
    ...(/deployed .* meanwhile/.test(error?.message ?? '') &&
    !facts.after.deployments.some(({ by }) => by === 'theirs')
      ? ['nobody deployed meanwhile']
      : []),
  ];
}

function wrongLines({ endState, leftovers, steps }: Executed, facts: Facts): readonly string[] {
  const { after } = facts;
  const shares = traffic(after);
  const lies = leftovers.flatMap((line) => {
    const [, id = null] = /version ([0-9a-f]{8}-[0-9a-f-]{27})/.exec(line) ?? [];
    const share = id === null ? 0 : (shares[id] ?? 0);
    const ok =
      id === null
        ? isSo(line, facts)
        : line.includes('stays live')
          ? share > 0
          : line.includes('no traffic')
            ? share === 0
            : /still has (\d+) %/.exec(line) === null || share === Number(/has (\d+) %/.exec(line)?.[1]);
    return ok ? [] : [`"${line}" is not so`];
  });
  const idle = ownVersions(after).filter((id) => (shares[id] ?? 0) === 0);
  const unnamed = idle.filter((id) => endState !== 'unknown' && !leftovers.join().includes(id));
  // What the list of steps calls done needs no line, nor what came with an upload that is said to stay.
  const isTold = (part: Part): boolean =>
    steps.some(({ kind, status }) => kind === STEP_OF[part] && status === 'done') ||
    leftovers.some((line) => TOLD_AS[part].test(line)) ||
    (!facts.before.exists && part === 'logpush');
  const stuck = PARTS.filter(
    (part) =>
      endState !== 'unknown' &&
      endState !== 'live' &&
      after[part].by === 'ours' &&
      ownVersions(after).every((id) => (shares[id] ?? 0) === 0) &&
      !isAsWithout(part, facts, []) &&
      !isTold(part),
  );
  return [
    ...lies,
    ...unnamed.map((id) => `version ${id} is left and not named`),
    ...(isWhole(facts) ? [] : stuck.map((part) => `${part} is left and not named`)),
  ];
}

/** A line about what belongs to no version. */
function isSo(line: string, { after, before }: Facts): boolean {
  const part = PARTS.find((name) => TOLD_AS[name].test(line));
  if (part === undefined) return true;
  if (line.startsWith('could not be undone')) return isOurs(part, after) && isWanted(part, after);
  if (line.startsWith('differs from what was wanted'))
    return !isWanted(part, after) || (part === 'logpush' && !before.exists);
  return true;
}

function isWhole({ after, target }: Facts): boolean {
  const shares = Object.entries(traffic(after));
  const [id = '', share] = shares[0] ?? [];
  if (shares.length !== 1 || share !== 100) return false;
  if (target !== null) return id === target;
  const content = after.versions.find((version) => version.id === id)?.content;
  return content === CODE && PARTS.every((part) => isWanted(part, after));
}

function isWanted(part: Part, { crons, logpush, workersDev }: Account): boolean {
  if (part === 'crons') return crons.value.join() === CRONS.join();
  return part === 'logpush' ? logpush.value : workersDev.value;
}

/** The run set it, or somebody set the same: nobody could tell one from the other. */
function isOurs(part: Part, account: Account): boolean {
  return account[part].by === 'ours' || isWanted(part, account);
}

/** That part is as it would be without the run, or it is said that it may not be. */
function isAsWithout(part: Part, { after, without }: Facts, leftovers: readonly string[]): boolean {
  if (String(after[part].value) === String(without[part].value)) return true;
  return leftovers.some((line) => line.includes('not known') && TOLD_AS[part].test(line));
}

function isToldOfTraffic(leftovers: readonly string[]): boolean {
  return leftovers.some((line) => line.includes('could not be given back to'));
}

/** What somebody else deployed last is theirs, whatever it gives the traffic to. */
function sameTraffic({ after, without }: Facts): boolean {
  if (after.deployments[0]?.by === 'theirs') return true;
  return JSON.stringify(traffic(after)) === JSON.stringify(traffic(without));
}

function ownVersions({ versions }: Account): readonly string[] {
  return versions.filter(({ by }) => by === 'ours').map(({ id }) => id);
}
