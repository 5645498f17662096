import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { live } from './life.ts';

/** Lives of the usual suite; `npm run simulate -- --seeds 2000` lives more of the same. */
const LIVES = 200;
const AT_ONCE = 20;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cf-deploy-simulation-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The story of each life in which something was said that is not so, or done that nobody asked for. */
async function wrongStories(from: number): Promise<readonly string[]> {
  const stories: string[] = [];
  for (let number = from; number < from + AT_ONCE; number += 1) {
    const { seed, wrong, story } = await live(`life ${number}`, folder);
    if (wrong.length > 0) stories.push([`${seed}:`, ...story].join('\n  '));
  }
  return stories;
}

test.each(Array.from({ length: LIVES / AT_ONCE }, (_, batch) => batch * AT_ONCE))(
  'in lives %i and after, whatever fails, every report is true and one more deploy brings all in order',
  { timeout: 120_000 },
  async (from) => {
    expect(await wrongStories(from)).toEqual([]);
  },
);

test('a life told again is the same life', async () => {
  const [first, again] = [await live('life 64', folder), await live('life 64', folder)];

  expect(again).toEqual(first);
  expect(first.story.length).toBeGreaterThan(10);
});
