import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ASSUMPTIONS } from '@cf-deploy/emulator';
import type { Flips } from './cloud.ts';
import { digestOf } from './digest.ts';
import { FAULTS, PROFILES } from './faults.ts';
import { COMMANDS, live, type Life } from './life.ts';
import { AMBUSHES, CALL_CLASSES } from './network.ts';
import { ACTS, EDITS } from './others.ts';

/**
 * Lives of the usual suite; `npm run simulate -- --seeds 2000`, as CI does, lives many more. Of the first 3,400 the fewest calls
 * in which, with those below, all is met that {@link MET} names; `--meets` finds others.
 */
const LIVES = [
  137, 154, 253, 775, 958, 991, 1397, 1459, 1544, 1724, 1735, 2156, 2217, 2280, 2376, 2620, 2714, 3080, 3253,
] as const;
/** One in which every assumption is switched, and every command is there to meet it. */
const SWITCHED = 23;
/** Lives of long runs in which something was said that was not so, by a report or by the check of it. */
const WENT_WRONG = [
  20012, 30379, 30494, 30505, 31047, 31397, 32408, 32447, 34952, 35964, 38231, 38590, 53400, 60162, 100811,
  200954, 202371, 204446, 213488, 218932, 214161, 300486, 412278, 504233, 513388, 522980, 542340, 1069063,
  2066324, 2068420, 2068439, 3004326,
];

/** Ways that end a secret's command. */
const OF_SECRETS = [
  'done',
  'died',
  'API_UNREACHABLE',
  'CONFLICT',
  'DEPLOY_INCOMPLETE',
  'PERMISSION_DENIED',
  'WORKER_MISSING',
];
/** Ways to end that must be among them; a refusal is its code. Further ones come in fewer than three of a thousand lives. */
const ENDS: Readonly<Record<(typeof COMMANDS)[number], readonly string[]>> = {
  deploy: [
    'live',
    'live-partly',
    'rolled-back',
    'uploaded',
    'untouched',
    'unknown',
    'died',
    'API_UNREACHABLE',
    'PERMISSION_DENIED',
    'TRAFFIC_SPLIT',
  ],
  rollback: [
    'live',
    'rolled-back',
    'uploaded',
    'untouched',
    'died',
    'API_UNREACHABLE',
    'PERMISSION_DENIED',
    'ROLLBACK_IMPOSSIBLE',
    'WORKER_MISSING',
  ],
  'put-secret': OF_SECRETS,
  'push-secrets': [...OF_SECRETS, 'SECRET_MISSING'],
};

const each = (what: string, which: readonly string[]): readonly string[] =>
  COMMANDS.flatMap((command) => which.map((one) => `${command}, ${what}: ${one}`));

/** Each command with each weather, fault, death and act of somebody else, each assumption switched, and each of its ends. */
const MET: readonly string[] = [
  ...each(
    'weather',
    PROFILES.map(({ name }) => name),
  ),
  ...each('fault', FAULTS),
  ...each('ambush', AMBUSHES),
  ...each('somebody else', ACTS),
  ...each(
    'switched',
    ASSUMPTIONS.map(({ id }) => id),
  ),
  ...COMMANDS.flatMap((command) => ENDS[command].map((end) => `${command}, end: ${end}`)),
  ...AMBUSHES.flatMap((what) => CALL_CLASSES.map((at) => `ambush: ${what} at ${at}`)),
  ...EDITS.map((what) => `between commands: ${what}`),
];

let folder: string;
/** As told by the long simulation, on its doubles, which are quicker. */
let lives: ReadonlyMap<string, Life & { readonly digest: string }>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cf-deploy-simulation-'));
  const root = fileURLToPath(new URL('../../../..', import.meta.url));
  const asked = ['scripts/simulate.mjs', '--lives', [...LIVES, ...WENT_WRONG].join(','), '--json'];
  // It exits with 1 when something was wrong; the tests say what.
  const { stdout } = await promisify(execFile)(process.execPath, asked, {
    cwd: root,
    maxBuffer: 2 ** 26,
  }).catch((error: { readonly stdout: string }) => error);
  const told = JSON.parse(stdout) as readonly (Life & { readonly digest: string })[];
  lives = new Map(told.map((life) => [life.seed, life]));
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

function lifeOf(number: number): Life & { readonly digest: string } {
  const life = lives.get(`life ${number}`);
  if (life === undefined) throw new Error(`life ${number} was not told`);
  return life;
}

let last: Promise<unknown> = Promise.resolve();

/** On a real disk, one after the other: a life's dice take the place of the process's. */
function livedHere(number: number, flips?: Flips): Promise<Life> {
  const life = last.then(() => live(`life ${number}`, folder, flips));
  last = life.catch(() => undefined);
  return life;
}

test.each([...LIVES, ...WENT_WRONG])(
  'in life %i, whatever fails, every report is true and one more deploy brings all in order',
  (number) => {
    const { wrong, story } = lifeOf(number);
    expect(wrong.length === 0 ? [] : story).toEqual([]);
  },
);

test('in these lives every command meets all that there is, and ends in every way', async () => {
  const switched = await livedHere(SWITCHED, 'all');
  const met = new Set([switched, ...lives.values()].flatMap((life) => life.met));

  expect(switched.wrong.length === 0 ? [] : switched.story).toEqual([]);
  expect(MET.filter((what) => !met.has(what))).toEqual([]);
});

test('a life told again is the same life', async () => {
  const [first, again] = [await livedHere(LIVES[0]), await livedHere(LIVES[0])];

  expect(again).toEqual(first);
  expect(first.story.length).toBeGreaterThan(10);
});

test.each(LIVES.slice(1, 5))(
  'life %i, told on the doubles of a long simulation, is the one on a real disk',
  async (number) => {
    const real = await livedHere(number);

    expect(digestOf(real)).toBe(lifeOf(number).digest);
  },
);
