import type { Dice } from './chance.ts';
import type { Cloud } from './cloud.ts';
import { faultFor, strike, type FaultKind, type Profile } from './faults.ts';
import { ACCOUNT, TENANT } from './wanted.ts';

/** Something that happens right before a call, or in its stead. */
export interface Ambush {
  /** What calls it waits for, as `CALL_CLASSES` name them, and the how manieth of them. `any`: of all of them. */
  readonly at: CallClass | 'any';
  readonly nth: number;
  /** Somebody acts; or the process ends before the call is sent, or after it was applied. */
  readonly what: (typeof AMBUSHES)[number];
}

export const AMBUSHES = ['act', 'die before', 'die after'] as const;

export const CALL_CLASSES = [
  'deployments read',
  'other read',
  'version write',
  'traffic write',
  'other write',
  'health',
  'wait',
] as const;
export type CallClass = (typeof CALL_CLASSES)[number];

/** One process's way to Cloudflare, with its weather. It ends with the process. */
export interface Network {
  readonly fetch: typeof globalThis.fetch;
  readonly workerFetch: typeof globalThis.fetch;
  readonly sleep: (ms: number) => Promise<void>;
  /** Settles when the process has died; never otherwise. */
  readonly death: Promise<'died'>;
  readonly log: NetworkLog;
  /** The command is over; nothing it left under way goes on. */
  readonly close: () => void;
}

/** What went over it. */
export interface NetworkLog {
  calls: number;
  writes: number;
  /** Reads that did not give their answer. */
  blind: number;
  /** Those after the first write. */
  blindAfterWrite: number;
  faults: FaultKind[];
  /** The ambush that sprang, and before which kind of call. */
  sprung: { readonly what: Ambush['what']; readonly at: CallClass }[];
  /** Somebody acted, and nobody read since what shows it: mostly the deployments. */
  actedUnseen: boolean;
  /** A write went out after somebody acted, and before anybody read the deployments: Cloudflare has no "only if". */
  wroteUnseen: boolean;
}

export interface NetworkOptions {
  readonly cloud: Cloud;
  readonly dice: Dice;
  /** Names the command: part of what chances depend on. */
  readonly name: string;
  readonly profile: Profile;
  readonly ambush: Ambush | null;
  /** What somebody else does when the ambush says so; gives what shows it. */
  readonly act: () => Promise<RegExp>;
  readonly tell: (line: string) => void;
  /** How long a new deployment spreads, ms. */
  readonly spreadMs: number;
}

const NEVER = new Promise<never>(() => undefined);

export function openNetwork(options: NetworkOptions): Network {
  const { cloud, dice, name, profile, ambush, tell } = options;
  const log: NetworkLog = {
    calls: 0,
    writes: 0,
    blind: 0,
    blindAfterWrite: 0,
    faults: [],
    sprung: [],
    actedUnseen: false,
    wroteUnseen: false,
  };
  const counts = new Map<string, number>();
  const count = (key: string): number => {
    const now = (counts.get(key) ?? 0) + 1;
    counts.set(key, now);
    return now;
  };
  let shows = /^/;
  let dead = false;
  let die: (died: 'died') => void = () => undefined;
  const death = new Promise<'died'>((resolve) => (die = resolve));
  const end = (where: string): Promise<never> => {
    dead = true;
    tell(`the process dies ${where}`);
    die('died');
    return NEVER;
  };
  /** Lets the ambush spring. Gives what is left to do when the call was sent. */
  const spring = async (kind: CallClass): Promise<'go on' | 'die after'> => {
    if (ambush === null || (ambush.at !== 'any' && ambush.at !== kind)) return 'go on';
    if (count(`ambush ${ambush.at}`) !== ambush.nth) return 'go on';
    log.sprung.push({ what: ambush.what, at: kind });
    if (ambush.what === 'die before') return end(`before ${kind} ${ambush.nth}`);
    if (ambush.what === 'act') {
      shows = await options.act();
      log.actedUnseen = true;
    }
    return ambush.what === 'die after' ? 'die after' : 'go on';
  };
  const send = async (request: Request, key: string, isRead: boolean): Promise<Response> => {
    const kind = faultFor(dice, profile, { key, isRead, nth: count('calls') });
    if (kind === null) return cloud.emulator.fetch(request);
    log.faults.push(kind);
    tell(`  ${key.slice(name.length + 1)}: ${kind}`);
    const answer = await strike(kind, {
      apply: () => cloud.emulator.fetch(request.clone()),
      pass: (ms) => cloud.clock.advance(ms),
    }).catch((error: unknown) => error as Error);
    const told = answer instanceof Response && kind === 'slow';
    if (isRead && !told) log.blind += 1;
    if (isRead && !told && log.writes > 0) log.blindAfterWrite += 1;
    if (answer instanceof Response) return answer;
    throw answer;
  };
  return {
    log,
    death,
    close: () => void (dead = true),
    async fetch(input, init) {
      if (dead) return NEVER;
      const request = new Request(input, init);
      const path = shortPath(request.url);
      const isRead = request.method === 'GET';
      cloud.clock.advance(30);
      const after = await spring(classOf(request.method, path));
      log.calls += 1;
      if (!isRead) log.writes += 1;
      if (!isRead && log.actedUnseen) log.wroteUnseen = true;
      const isCurrent = !cloud.flipped.includes('lists-are-current');
      if (isRead && (isCurrent || !path.endsWith('/deployments')) && shows.test(path))
        log.actedUnseen = false;
      const call = `${request.method} ${path}`;
      const answer = await send(request, `${name} ${call} #${count(call)}`, isRead);
      if (after === 'die after') return end(`after ${call} was applied`);
      if (!isRead) tell(`  ${call}: ${answer.status}`);
      return answer;
    },
    async workerFetch(input, init) {
      if (dead) return NEVER;
      cloud.clock.advance(20);
      await spring('health');
      if (shows.test('health')) log.actedUnseen = false;
      const request = new Request(input, init);
      const [newest] =
        cloud.emulator.admin.scripts(ACCOUNT).find((script) => script.name === TENANT)?.deployments ?? [];
      const age = newest === undefined ? 0 : cloud.clock.now().getTime() - Date.parse(newest.createdOn);
      const asked = count('health');
      const behind = age < options.spreadMs && dice.happens(`${name} edge ${asked}`, 0.6) ? 1 : 0;
      return cloud.ask(request, behind);
    },
    async sleep(ms) {
      if (dead) return NEVER;
      await spring('wait');
      cloud.clock.advance(ms);
    },
  };
}

/** Ids out of the path: a chance must not depend on them. */
function shortPath(url: string): string {
  return new URL(url).pathname
    .replace('/client/v4', '')
    .replace(`/accounts/${ACCOUNT}`, '')
    .replace(/^\/workers\//, '')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}/g, ':id');
}

function classOf(method: string, path: string): CallClass {
  if (method === 'GET') return path.endsWith('/deployments') ? 'deployments read' : 'other read';
  if (path.endsWith('/versions') || (method === 'PUT' && path === `scripts/${TENANT}`))
    return 'version write';
  return path.endsWith('/deployments') ? 'traffic write' : 'other write';
}
