import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { claimFromDead, forgetOwner, isOwnerDead, isProcessAlive, noteOwner } from './lock-owner.ts';

/** A process that has ended. */
const DEAD = spawnSync(process.execPath, ['--version']).pid;

async function noted(text: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'lock-owner-')), 'lock.owner');
  await writeFile(file, text);
  return file;
}
const owner = (pid: number, host = hostname()): string => JSON.stringify({ pid, host });

test.each<[boolean, string, string]>([
  [true, 'a process of this machine that is gone', owner(DEAD)],
  [false, 'one that runs', owner(process.pid)],
  [false, 'one of another machine', owner(DEAD, 'elsewhere')],
  [false, 'no process', owner(0)],
  [false, 'a note that is cut off', owner(DEAD).slice(0, -1)],
  [false, 'an empty note', ''],
  [false, 'a note of something else', '{"host":"x"}'],
])('is dead: %s, for %s', async (dead, _name, text) => {
  const file = await noted(text);
  expect(await isOwnerDead(file)).toBe(dead);
  expect(await claimFromDead(file)).toBe(dead);
  // Nothing is left of a claim; what is not claimed stays.
  expect(await readdir(dirname(file))).toEqual(dead ? [] : ['lock.owner']);
});

test('no note is no dead owner, and taking none away is no error', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'lock-owner-')), 'lock.owner');
  expect(await isOwnerDead(file)).toBe(false);
  forgetOwner(file);
  noteOwner(file);
  expect(await isOwnerDead(file)).toBe(false);
  forgetOwner(file);
  expect(await readdir(dirname(file))).toEqual([]);
});

test('of several that claim at once one gets it', async () => {
  const file = await noted(owner(DEAD));
  const claims = await Promise.all([claimFromDead(file), claimFromDead(file), claimFromDead(file)]);
  expect(claims.filter(Boolean)).toHaveLength(1);
});

test('a process of somebody else is alive', () => {
  expect([isProcessAlive(process.pid), isProcessAlive(DEAD), isProcessAlive(1)]).toEqual([true, false, true]);
});
