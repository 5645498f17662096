import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestOf } from './digest.ts';
import { FAULTS } from './faults.ts';
import { live, type Life } from './life.ts';

/**
 * Lives of the usual suite; `npm run simulate -- --seeds 2000`, as CI does, lives these and all between. Of the first 177
 * those in which, twice each, every command meets every fault, weather, ambush, act of somebody else, switched
 * assumption and death, and ends in every way that there was.
 */
const LIVES = [
  3, 5, 6, 7, 8, 10, 11, 14, 15, 16, 17, 18, 19, 20, 22, 37, 47, 56, 78, 88, 95, 97, 120, 125, 132, 144, 150,
];
/** Lives of long runs in which something was said that was not so, by a report or by the check of it. */
const WENT_WRONG = [
  20012, 30379, 30494, 30505, 31047, 31397, 32408, 32447, 34952, 35964, 38231, 38590, 53400, 60162, 100811,
  200954, 202371, 204446, 213488, 218932, 214161, 300486, 412278, 504233, 513388, 522980, 542340,
];
/** Ways to end that must be among them; a refusal is its code. */
const ENDS = [
  'live',
  'live-partly',
  'rolled-back',
  'uploaded',
  'untouched',
  'unknown',
  'died',
  'done',
  'API_UNREACHABLE',
  'CONFLICT',
  'PERMISSION_DENIED',
  'ROLLBACK_IMPOSSIBLE',
  'SECRET_MISSING',
  'WORKER_MISSING',
];

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cf-deploy-simulation-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const told = new Map<number, Promise<Life>>();
let last: Promise<unknown> = Promise.resolve();

/** Each is lived once, one after the other: a life's dice take the place of the process's. */
function lifeOf(number: number): Promise<Life> {
  const known = told.get(number);
  if (known !== undefined) return known;
  const life = last.then(() => live(`life ${number}`, folder));
  last = life.catch(() => undefined);
  told.set(number, life);
  return life;
}

test.each([...LIVES, ...WENT_WRONG])(
  'in life %i, whatever fails, every report is true and one more deploy brings all in order',
  async (number) => {
    const { wrong, story } = await lifeOf(number);
    expect(wrong.length === 0 ? [] : story).toEqual([]);
  },
);

test('these lives meet every fault, and end in every way', { timeout: 120_000 }, async () => {
  const lives = await Promise.all(LIVES.map(lifeOf));

  expect([...new Set(lives.flatMap(({ faults }) => faults))].toSorted()).toEqual(FAULTS.toSorted());
  expect([...new Set(lives.flatMap(({ ends }) => ends))]).toEqual(expect.arrayContaining(ENDS));
});

test('a life told again is the same life', async () => {
  const [first, again] = [await live('life 64', folder), await live('life 64', folder)];

  expect(again).toEqual(first);
  expect(first.story.length).toBeGreaterThan(10);
});

test(
  'a life lived on the doubles of a long simulation is the one on a real disk',
  { timeout: 120_000 },
  async () => {
    const root = fileURLToPath(new URL('../../../..', import.meta.url));
    const asked = ['scripts/simulate.mjs', '--from', '14', '--seeds', '4', '--jobs', '1', '--digests'];
    const { stdout } = await promisify(execFile)(process.execPath, asked, { cwd: root });

    const real = await Promise.all([14, 15, 16, 17].map(lifeOf));

    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining(real.map((life) => `${life.seed}: ${digestOf(life)}`)),
    );
  },
);
