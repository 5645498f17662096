import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeployResult, EndState } from '@cf-deploy/deployer';
import { recordSchema, type DeploymentRecord } from '../../src/records/record.ts';
import type { Command } from './life.ts';
import { isTakenBackUnder, missingFrom, sameBeyondVersions, sameTraffic, type Seen } from './seen.ts';
import { SECRET_MARK } from './wanted.ts';

/** Calls that a command in good weather may need until it is done or gave up, all reads included. */
const MOST_CALLS = 24;
/** What undoing one step may need: whose deployment is live, whether the part is as the run left it, and the write. */
const CALLS_TO_UNDO = 3;

/** What is wrong with what a command said and did; empty when all is as it must be. */
export function checkOutcome(
  command: Command,
  { diedAt, secrets }: { readonly diedAt: Command | null; readonly secrets: readonly string[] },
): readonly string[] {
  const { result } = command;
  return [
    ...checkSecrets(command, secrets),
    ...checkInterrupted(command, diedAt),
    ...checkRefusal(command),
    ...(result === null
      ? []
      : [
          ...wrongEndState(command, result.endState),
          ...checkStatus(command, result),
          ...checkLeftovers(command, result),
          ...checkCalls(command, result),
        ]),
  ];
}

/** Why that end state is not the real one. */
function wrongEndState(command: Command, endState: EndState): readonly string[] {
  const real = whyNot(command, endState);
  return real === null ? [] : [`says ${endState}, but ${real}`];
}

function whyNot(command: Command, endState: EndState): string | null {
  const { network, others, after } = command;
  const why = whyNotSeen(command, endState, after);
  if (why === null || !network.actedUnseen || others.seen === null) return why;
  // What somebody did after the last look at the account nobody could have seen.
  const unseen = others.seen.before;
  const whyThen = whyNotSeen(command, endState, unseen);
  if (whyThen === null) return null;
  // The command went on: what is no part of a version it may have set later, and nobody since.
  const { crons, logpush, workersDev } = after;
  return whyNotSeen(command, endState, { ...unseen, crons, logpush, workersDev });
}

function whyNotSeen(command: Command, endState: EndState, after: Seen): string | null {
  const { before, wanted, kind, others, network } = command;
  const own = ownOf(command);
  const sameBeyond =
    sameBeyondVersions(after, before) ||
    (others.seen !== null && sameBeyondVersions(after, others.seen.after)) ||
    (others.seen !== null && network.wroteUnseen && isTakenBackUnder(others.seen, { before, after }));
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
      const ours = ownIsLive || isChanged;
      return ours || !before.exists ? null : 'nothing of it is live';
    }
    case 'unknown':
      return network.blindAfterWrite > 0 || command.flipped.length > 0 ? null : 'all of it could be read';
  }
}

/** What the command itself made. */
function ownOf({ before, after, others }: Command): Pick<Seen, 'versions' | 'deployments'> {
  const made = (part: 'versions' | 'deployments'): readonly string[] => {
    const known = new Set([...before[part], ...madeByOthers(others.seen, part)]);
    return after[part].filter((id) => !known.has(id));
  };
  return { versions: made('versions'), deployments: made('deployments') };
}

function madeByOthers(seen: Command['others']['seen'], part: 'versions' | 'deployments'): readonly string[] {
  return seen === null ? [] : seen.after[part].filter((id) => !seen.before[part].includes(id));
}

/** The traffic is as it was before, or as somebody else left it. */
function isTrafficOf(after: Seen, { before, others }: Command): boolean {
  return sameTraffic(after, before) || (others.seen !== null && sameTraffic(after, others.seen.after));
}

function hasTraffic(seen: Seen, id: string): boolean {
  return seen.shares.some(({ versionId, percentage }) => versionId === id && percentage > 0);
}

function checkStatus({ wanted, after, kind }: Command, result: DeployResult): readonly string[] {
  const { status, endState, error, health } = result;
  return [
    ...(status === 'deployed' && (endState !== 'live' || error !== null) ? ['"deployed" is not live'] : []),
    ...(status === 'failed' && error === null ? ['it failed without an error'] : []),
    ...(status === 'rolled-back' && endState !== 'rolled-back' ? ['"rolled-back" is not rolled back'] : []),
    ...(status === 'unchanged' && endState !== 'live' && after.shares.length < 2
      ? ['"unchanged" is not live']
      : []),
    ...(kind === 'deploy' && wanted.sick && health.verdict === 'healthy' && hasRev(after, wanted.rev)
      ? ['a sick version was called healthy']
      : []),
    ...(kind === 'deploy' && !wanted.sick && status === 'rolled-back'
      ? ['a healthy version was taken back']
      : []),
    ...(JSON.stringify(result).includes(SECRET_MARK) ? ['a secret is in the result'] : []),
  ];
}

function hasRev({ live }: Seen, rev: string): boolean {
  return live?.variables['REV'] === rev;
}

/** A version that stays behind is named, and what is said of versions is so. */
function checkLeftovers(command: Command, { endState, leftovers }: DeployResult): readonly string[] {
  const { after } = command;
  const text = leftovers.join('\n');
  const idle = ownOf(command).versions.filter((id) => !hasTraffic(after, id));
  // What somebody did while the account was read a last time mixes two truths.
  const unnamed =
    endState === 'unknown' || command.network.actedUnseen ? [] : idle.filter((id) => !text.includes(id));
  // An upload takes secrets over from the newest version: what was sent with an idle one comes with the next.
  const { blindAfterWrite, actedUnseen } = command.network;
  const isRead = endState !== 'unknown' && blindAfterWrite === 0 && !actedUnseen;
  const unsaid = (isRead ? idle : [])
    .filter((id) => id === after.versions.at(-1))
    .flatMap((id) => sentWith(after, id).map((name) => ({ id, name })))
    .filter(({ id, name }) => !leftovers.some((line) => line.includes(id) && line.includes(name)));
  const lies = leftovers.flatMap((line) => {
    const [id] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(line) ?? [];
    if (id === undefined) return [];
    const isLive = hasTraffic(after, id);
    const said = line.includes('stays live') ? true : line.includes('no traffic') ? false : isLive;
    return said === isLive ? [] : [`"${line}" is not so`];
  });
  return [
    ...unnamed.map((id) => `version ${id} is left and not named`),
    ...(endState === 'live-partly' && leftovers.length === 0 ? ['what is left is not named'] : []),
    ...unsaid.map(({ id, name }) => `it is not said that version ${id} was sent ${name}`),
    ...lies,
  ];
}

function checkCalls({ network }: Command, { calls, steps }: DeployResult): readonly string[] {
  const undone = steps.filter(({ status }) => status === 'reverted' || status === 'left').length;
  const most = MOST_CALLS + CALLS_TO_UNDO * undone + 12 * network.faults.length;
  return [
    ...(calls === network.calls ? [] : [`it says ${calls} calls and made ${network.calls}`]),
    ...(calls <= most ? [] : [`it made ${calls} calls`]),
  ];
}

/** A command that ended with an error before it wrote left everything as it was. */
function checkRefusal(command: Command): readonly string[] {
  if (command.error === null || command.kind === 'put-secret' || command.kind === 'push-secrets') return [];
  const why = whyNot(command, 'untouched');
  return [
    ...(why === null ? [] : [`it was refused (${command.error.code}), but ${why}`]),
    ...(command.error.code === 'INTERNAL' ? [`internal error: ${command.error.message}`] : []),
  ];
}

/** Secrets stay what they were, whatever became of a deploy or a rollback. */
function checkSecrets(
  { kind, before, after, others, flipped, result }: Command,
  secrets: readonly string[],
): readonly string[] {
  if (kind === 'put-secret' || kind === 'push-secrets') return [];
  // Cloudflare refuses to go back over a changed secret; where it does not, nothing tells.
  const isHeldBack = !flipped.includes('secrets-hold-back') && !flipped.includes('secrets-compared-by-value');
  if (kind === 'rollback' && !isHeldBack) return [];
  // Cloudflare has no "only if": what somebody does between the last look and the write is overwritten.
  const unseen = flipped.includes('lists-are-current') || flipped.includes('secrets-hold-back');
  if (others.seen !== null && unseen) return [];
  const base = (others.seen?.after ?? before).live?.secrets ?? {};
  const then = before.live?.secrets ?? {};
  return Object.entries(base).flatMap(([name, value]) => {
    const now = after.live?.secrets[name];
    if (now === value) return [];
    // Somebody may have set it later than what was live then.
    if (now !== undefined && secrets.lastIndexOf(now) > secrets.indexOf(value)) return [];
    // An upload takes over what the newest version holds, live or not: there somebody wrote it later than what was live.
    if (now !== undefined && writtenIn(before, name, now) > writtenIn(before, name, value)) return [];
    // Seen, but the weather did not let the traffic be given back: what was live before is, and that is said.
    if (others.seen !== null && now === then[name] && saysTrafficStays(result)) return [];
    if (now === undefined) return [`secret ${name} is lost`];
    return now === then[name]
      ? [`an old value of secret ${name} is back`]
      : [`secret ${name} changed from ${value} to ${now}`];
  });
}

/** The last version that was the first of some to hold that value, as its place among all; -1: none was. */
function writtenIn({ secrets }: Seen, name: string, value: string): number {
  return secrets.findLastIndex((of, at) => of[name] === value && secrets[at - 1]?.[name] !== value);
}

/** Names of secrets that came with a version: the one before, from which it took the others over, holds none or others. */
function sentWith({ secrets, versions }: Seen, id: string): readonly string[] {
  const at = versions.indexOf(id);
  return Object.entries(secrets[at] ?? {}).flatMap(([name, value]) =>
    secrets[at - 1]?.[name] === value ? [] : [name],
  );
}

/** It says of traffic it moved that it could not be given back, or could not undo that while nothing could be read. */
function saysTrafficStays(result: DeployResult | null): boolean {
  const left = result?.leftovers.join() ?? '';
  if (left.includes('could not be given back to')) return true;
  if (result?.endState !== 'unknown') return false;
  const moved = result.steps.filter(({ kind }) => kind === 'stage' || kind === 'promote');
  return moved.some(({ description }) => left.includes(`could not undo "${description}"`));
}

/** What the next command says of one that was killed. */
function checkInterrupted({ result, others }: Command, diedAt: Command | null): readonly string[] {
  if (diedAt === null || result === null || others.seen !== null || diedAt.others.seen !== null) return [];
  const run = result.interrupted.find(({ path }) => diedAt.records.some((name) => path.endsWith(name)));
  if (run === undefined || run.endState === 'unknown') return [];
  const why = whyNot(diedAt, run.endState);
  return why === null ? [] : [`of the killed run it says ${run.endState}, but ${why}: ${run.message}`];
}

export async function recordNames(root: string): Promise<readonly string[]> {
  const names = await readdir(join(root, 'deployments')).catch(() => []);
  return names.filter((name) => name.endsWith('.json'));
}

/** Every record is whole, says what the result said, and holds no secret. */
export async function checkRecords(
  root: string,
  { result, died, kind }: Command,
): Promise<readonly string[]> {
  const folder = join(root, 'deployments');
  const names = await recordNames(root);
  const wrong: string[] = [];
  for (const name of names) {
    const text = await readFile(join(folder, name), 'utf8');
    const record = wholeRecord(text);
    if (text.includes(SECRET_MARK)) wrong.push(`a secret is in ${name}`);
    if (record === null) wrong.push(`record ${name} is not whole`);
    else if (record.status === 'running' && !died && result !== null && kind !== 'put-secret') {
      wrong.push(`record ${name} says that it still runs`);
    } else if (result?.record?.endsWith(name) === true && record.endState !== result.endState) {
      wrong.push(`record ${name} says ${record.endState}, the result ${result.endState}`);
    }
  }
  return wrong;
}

type WholeRecord = Pick<DeploymentRecord, 'status' | 'endState'>;

/** What records said that were looked at, by their text: most are looked at after every command of a life. */
const KNOWN_RECORDS = new Map<string, WholeRecord | null>();
/** More than one life has. */
const MOST_KNOWN = 100;

/** Null: the text is no whole record. */
function wholeRecord(text: string): WholeRecord | null {
  const known = KNOWN_RECORDS.get(text);
  if (known !== undefined) return known;
  const { data = null } = recordSchema.safeParse(parse(text));
  if (KNOWN_RECORDS.size >= MOST_KNOWN) KNOWN_RECORDS.clear();
  KNOWN_RECORDS.set(text, data);
  return data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** One deploy in good weather brings all in order; the next one writes nothing. */
export function checkConverged(first: Command, second: Command): readonly string[] {
  const missing = missingFrom(first.after, first.wanted);
  return [
    ...(first.result?.status === 'deployed'
      ? []
      : [`the last deploy ended ${first.result?.status ?? first.error?.code}`]),
    ...(missing === null ? [] : [`after one more deploy ${missing}`]),
    ...(second.result?.status === 'unchanged' && second.network.writes === 0
      ? []
      : [
          `deployed again it is ${second.result?.status ?? second.error?.code}, with ${second.network.writes} writes`,
        ]),
  ];
}
