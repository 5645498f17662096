import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeWhole } from './write-whole.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cf-deploy-whole-'));
});
afterEach(() => rm(folder, { recursive: true }));

const modeOf = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;

test('writes a file that was not there, and one that was', async () => {
  const file = join(folder, 'a.json');
  await writeWhole(file, 'one');
  expect(await readFile(file, 'utf8')).toBe('one');
  await writeWhole(file, 'two', { fsync: false });
  expect(await readFile(file, 'utf8')).toBe('two');
  expect(await readdir(folder)).toEqual(['a.json']);
});

test('gives a new file what any file of the process gets, or what is asked for', async () => {
  await writeFile(join(folder, 'plain'), '');
  await writeWhole(join(folder, 'new'), 'x');
  await writeWhole(join(folder, 'open'), 'x', { mode: 0o666 });
  await writeWhole(join(folder, 'own'), 'x', { mode: 0o600 });
  expect(await modeOf(join(folder, 'new'))).toBe(await modeOf(join(folder, 'plain')));
  expect(await modeOf(join(folder, 'open'))).toBe(0o666);
  expect(await modeOf(join(folder, 'own'))).toBe(0o600);
});

test('leaves a file the permissions it has', async () => {
  const file = join(folder, 'a');
  await writeFile(file, 'one');
  await chmod(file, 0o666);
  await writeWhole(file, 'two');
  expect(await modeOf(file)).toBe(0o666);
});

test('writes what a link leads to, and leaves the link', async () => {
  await mkdir(join(folder, 'elsewhere'));
  await writeFile(join(folder, 'elsewhere/a'), 'one');
  await symlink('elsewhere/a', join(folder, 'link'));
  await writeWhole(join(folder, 'link'), 'two');
  expect(await readFile(join(folder, 'elsewhere/a'), 'utf8')).toBe('two');
  expect((await readdir(folder)).toSorted()).toEqual(['elsewhere', 'link']);
  expect(await readdir(join(folder, 'elsewhere'))).toEqual(['a']);
});

test('many at once leave one of them, whole', async () => {
  const file = join(folder, 'a');
  const texts = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(100_000));
  await Promise.all(texts.map((text) => writeWhole(file, text)));
  expect(texts).toContain(await readFile(file, 'utf8'));
  expect(await readdir(folder)).toEqual(['a']);
});

test('that fails changes nothing and leaves nothing', async () => {
  await mkdir(join(folder, 'full/of'), { recursive: true });
  await expect(writeWhole(join(folder, 'full'), 'x')).rejects.toMatchObject({ code: 'EISDIR' });
  await expect(writeWhole(join(folder, 'nowhere/a'), 'x')).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await readdir(folder)).toEqual(['full']);
});
