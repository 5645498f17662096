import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keptNames, lookedUpNames, type RecordNames } from './record-names.ts';

const TIMES = ['2026-01-02T03-04-05-678Z', '2026-01-03T03-04-05-678Z', '2026-01-04T03-04-05-678Z'] as const;
const [first, second, third] = TIMES.map((time) => `acme-staging-${time}.json`) as [string, string, string];
const START = 'acme-staging-';
let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cf-deploy-names-'));
  folder = join(root, 'deployments');
  await mkdir(folder);
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const put = (name: string): Promise<void> => writeFile(join(folder, name), '');
const add = (names: RecordNames, name: string): Promise<void> =>
  names.whileAdding(START, name, () => put(name));

test.each([
  ['looked up', lookedUpNames],
  ['kept', keptNames],
])('names that are %s are those that go on with a time, the newest first', async (_how, make) => {
  await Promise.all([first, second, `acme-${first}`, 'acme-staging-eu-2026.json', 'README.md'].map(put));
  const names = make(root, folder);
  expect(await names.startingWith(START)).toEqual([second, first]);
  expect(await names.startingWith('acme-')).toEqual([]);
  await add(names, third);
  expect(await names.startingWith(START)).toEqual([third, second, first]);
});

test('names are none where there is no folder, and those added once there is', async () => {
  await rm(folder, { recursive: true });
  const names = keptNames(root, folder);
  expect(await names.startingWith(START)).toEqual([]);
  await mkdir(folder);
  await add(names, first);
  expect(await names.startingWith(START)).toEqual([first]);
});

test('kept names are looked up again when another process added one, and only then', async () => {
  const names = keptNames(root, folder);
  await add(names, first);
  expect(await names.startingWith(START)).toEqual([first]);
  await put(second);
  await add(names, first);
  expect(await names.startingWith(START)).toEqual([first]);
  await add(lookedUpNames(root, folder), third);
  expect(await names.startingWith(START)).toEqual([third, second, first]);
});

test('kept names are looked up again when they were looked up while another process added one', async () => {
  const names = keptNames(root, folder);
  await keptNames(root, folder).whileAdding(START, first, async () => {
    expect(await names.startingWith(START)).toEqual([]);
    await put(first);
  });
  expect(await names.startingWith(START)).toEqual([first]);
});

test('kept names are looked up again when another process was killed while it added one', async () => {
  const names = keptNames(root, folder);
  expect(await names.startingWith(START)).toEqual([]);
  const killed = lookedUpNames(root, folder).whileAdding(START, first, async () => {
    await put(first);
    throw new Error('killed');
  });
  await expect(killed).rejects.toThrow('killed');
  expect(await names.startingWith(START)).toEqual([first]);
});
