import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createDeployer, DeployError, type Deployer, type DeployResult } from '@cf-deploy/deployer';
import { LOCAL_TOKEN } from '@cf-deploy/emulator';
import { pickAmbush, pickBusyAmbush } from './ambush.ts';
import { createDice, type Dice } from './chance.ts';
import { checkConverged, checkOutcome } from './check.ts';
import { checkRecords, recordNames } from './checks/records.ts';
import { startCloud, type Cloud, type Flips } from './cloud.ts';
import { pickBusyProfile, pickProfile, type FaultKind, type Profile } from './faults.ts';
import { openNetwork, type Ambush, type Network } from './network.ts';
import { editDashboard, planOther, type Others } from './others.ts';
import { look, type Seen } from './seen.ts';
import { describe, metBy } from './telling.ts';
import { SECRET_MARK, TENANT, want, writeProject, type Wanted } from './wanted.ts';
import { NO_GIT } from '../support/no-git.ts';

/** What one seed came to. */
export interface Life {
  readonly seed: string;
  /** What happened, a line each. */
  readonly story: readonly string[];
  /** What was not as it must be; empty is good. */
  readonly wrong: readonly string[];
  readonly calls: number;
  readonly faults: readonly FaultKind[];
  /** How the commands ended. */
  readonly ends: readonly string[];
  /** Which command met what, and how it ended: `deploy, weather: storm`; and when others acted or it died. */
  readonly met: readonly string[];
}

export const COMMANDS = ['deploy', 'rollback', 'put-secret', 'push-secrets'] as const;

/** One command and what it met. */
export interface Command {
  readonly kind: (typeof COMMANDS)[number];
  readonly before: Seen;
  readonly after: Seen;
  readonly wanted: Wanted;
  readonly others: Others;
  readonly network: Network['log'];
  readonly flipped: readonly string[];
  /** Names of records that it began. */
  readonly records: readonly string[];
  /** Null: it was refused with an error, or the process died. */
  readonly result: DeployResult | null;
  readonly error: DeployError | null;
  readonly died: boolean;
}

interface Living {
  readonly seed: string;
  /** Others and faults come where they seldom do otherwise. */
  readonly busy: boolean;
  readonly dice: Dice;
  readonly cloud: Cloud;
  readonly story: string[];
  readonly wrong: string[];
  readonly faults: FaultKind[];
  readonly ends: string[];
  readonly met: string[];
  readonly folder: string;
  root: string;
  calls: number;
  /** How far the clock here is ahead of Cloudflare's. */
  skewMs: number;
  wanted: Wanted;
  /** Values of secrets that somebody set, the latest last. */
  readonly secrets: string[];
  /** The last command died, and nobody did anything since. */
  diedAt: Command | null;
}

/** Seeds of busy lives begin with it: there, somebody acts in most commands, at any call, and one fault comes anywhere. */
const BUSY = 'busy ';

/** Lives through what the seed decides, under a folder that exists. The same seed tells the same story. */
export async function live(seed: string, under: string, flips: Flips = 'some'): Promise<Life> {
  const dice = createDice(seed);
  const cloud = await startCloud(seed, dice, flips);
  const folder = await mkdtemp(join(under, 'life-'));
  const living: Living = {
    seed,
    busy: seed.startsWith(BUSY),
    dice,
    cloud,
    story: cloud.flipped.length === 0 ? [] : [`switched: ${cloud.flipped.join(', ')}`],
    wrong: [],
    faults: [],
    ends: [],
    met: [],
    folder,
    root: join(folder, 'one'),
    calls: 0,
    skewMs: 0,
    wanted: want(dice, 'r0'),
    secrets: [`salt-${SECRET_MARK}`, `first-${SECRET_MARK}`],
    diedAt: null,
  };
  const random = Math.random;
  let drawn = 0;
  // The jitter of retries moves the clock, so it belongs to the seed.
  Math.random = () => dice.roll(`random ${(drawn += 1)}`);
  try {
    const commands = 1 + dice.below('commands', 4);
    for (let number = 1; number <= commands; number += 1) await oneCommand(living, number);
    await converge(living);
  } finally {
    Math.random = random;
    await cloud.close();
    await rm(folder, { recursive: true, force: true });
  }
  const { story, wrong, calls, faults, ends, met } = living;
  return { seed, story, wrong, calls, faults, ends, met: [...new Set(met)] };
}

async function oneCommand(living: Living, number: number): Promise<void> {
  const { dice } = living;
  const name = `command ${number}`;
  if (number > 1 && dice.happens(`${name} clock`, 0.1)) {
    living.skewMs += dice.pick(`${name} jump`, [3_600_000, 86_400_000, -120_000]);
    living.story.push(`the clock here is ${living.skewMs} ms ahead now`);
  }
  if (number > 1 && dice.happens(`${name} dashboard`, 0.3)) {
    const edited = await editDashboard(living, name);
    if (edited !== null) living.met.push(`between commands: ${edited}`);
    living.diedAt = null;
  }
  const kind = number === 1 ? 'deploy' : dice.pick(`${name} kind`, KINDS);
  if (kind === 'deploy' && dice.happens(`${name} new files`, 0.85)) living.wanted = want(dice, `r${number}`);
  const [profile, ambush] = living.busy
    ? [pickBusyProfile(dice, name), pickBusyAmbush(dice, name)]
    : [pickProfile(dice, name), pickAmbush(dice, name)];
  await command(living, { name, kind, profile, ambush });
}

const KINDS = [
  'deploy',
  'deploy',
  'deploy',
  'deploy',
  'rollback',
  'rollback',
  'put-secret',
  'push-secrets',
] as const;

interface Asked {
  readonly name: string;
  readonly kind: Command['kind'];
  readonly profile: Profile;
  readonly ambush: Ambush | null;
  /** How long what it deploys spreads, ms. @default what the seed says */
  readonly spreadMs?: number;
}

async function command(living: Living, asked: Asked): Promise<Command> {
  const { cloud, dice, story, wanted } = living;
  const { name, kind, ambush, profile } = asked;
  const wants = kind === 'deploy' ? ` ${JSON.stringify(wanted)}` : '';
  story.push(
    `${name}: ${kind}${wants} (weather: ${profile.name}${ambush === null ? '' : `; ${ambush.what} at ${ambush.at} ${ambush.nth}`})`,
  );
  await writeProject(living.root, wanted);
  // Nobody is so quick that lists are still behind the last command.
  cloud.clock.advance(5_000);
  const before = look(cloud.emulator);
  const recordsBefore = await recordNames(living.root);
  const others = planOther(living, name, living.busy);
  const network = openNetwork({
    ...asked,
    cloud,
    dice,
    act: others.act,
    tell: (line) => story.push(line),
    spreadMs: asked.spreadMs ?? dice.pick(`${name} spread`, [0, 0, 1_500, 8_000, 120_000]),
  });
  const deployer = open(living, network);
  const ended = await Promise.race([run(living, deployer, asked), network.death]);
  network.close();
  await others.done();
  const after = look(cloud.emulator);
  const died = ended === 'died';
  const done: Command = {
    kind,
    before,
    after,
    wanted,
    others,
    network: network.log,
    flipped: cloud.flipped,
    records: (await recordNames(living.root)).filter((file) => !recordsBefore.includes(file)),
    result: died ? null : ended.result,
    error: died ? null : ended.error,
    died,
  };
  living.calls += network.log.calls;
  living.faults.push(...network.log.faults);
  const end = died ? 'died' : (done.result?.endState ?? done.error?.code ?? 'done');
  living.ends.push(end);
  living.met.push(...metBy(done, profile.name, end));
  story.push(`  ends: ${died ? 'died' : describe(done)}`);
  const wrong = [
    ...checkOutcome(done, { diedAt: living.diedAt, secrets: living.secrets }),
    ...(await checkRecords(living.root, done)),
  ];
  for (const line of wrong) {
    story.push(`  WRONG: ${line}`);
    living.wrong.push(`${name}: ${line}`);
  }
  if (died) await bury(living);
  living.diedAt = died ? done : null;
  return done;
}

type Ended = Pick<Command, 'result' | 'error'>;

async function run(living: Living, deployer: Deployer, { kind, name }: Asked): Promise<Ended> {
  const target = { tenant: TENANT };
  const verifyBefore = living.dice.pick(`${name} before traffic`, ['auto', 'never'] as const);
  try {
    // A split that somebody left is refused without it; the last deploy brings all in order.
    const takeOverSplit = name === 'last deploy' || living.dice.happens(`${name} takes over`, 0.7);
    if (kind === 'deploy') {
      return { result: await deployer.deploy({ ...target, verifyBefore, takeOverSplit }), error: null };
    }
    if (kind === 'rollback') return { result: await deployer.rollback(target), error: null };
    if (kind === 'push-secrets') {
      living.secrets.push(`first-${SECRET_MARK}`);
      await deployer.secrets.push(target).finally(() => living.secrets.push(`first-${SECRET_MARK}`));
    } else {
      const value = `${name}-${SECRET_MARK}`;
      living.secrets.push(value);
      // Of what somebody sets meanwhile nobody knows which came last.
      await deployer.secrets
        .put({ ...target, name: 'API_KEY', value })
        .finally(() => living.secrets.push(value));
    }
    return { result: null, error: null };
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    return { result: null, error };
  }
}

function open(living: Living, { fetch, workerFetch, sleep }: Network): Deployer {
  const { cloud, root } = living;
  return createDeployer({
    root,
    fetch,
    workerFetch,
    sleep,
    now: () => cloud.clock.now().getTime() + living.skewMs,
    apiToken: LOCAL_TOKEN,
    env: {},
    git: NO_GIT,
  });
}

/** What a dead process leaves: its files, and a lock that the machine finds to be nobody's. */
async function bury(living: Living): Promise<void> {
  // What it was writing when it died.
  await delay(3);
  const next = `${living.root}+`;
  await rename(living.root, next);
  await rm(join(next, '.cf-deploy', 'locks'), { recursive: true, force: true });
  living.root = next;
}

/** In good weather, with healthy code and nobody else around, one deploy brings all in order, and the next finds nothing to do. */
async function converge(living: Living): Promise<void> {
  living.wanted = want(living.dice, 'last', false);
  const calm = {
    kind: 'deploy',
    profile: { name: 'calm', reads: 0, writes: 0 },
    ambush: null,
    spreadMs: 0,
  } as const;
  const first = await command(living, { ...calm, name: 'last deploy' });
  const second = await command(living, { ...calm, name: 'deploy again' });
  for (const line of checkConverged(first, second)) {
    living.story.push(`  WRONG: ${line}`);
    living.wrong.push(line);
  }
}
