import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { spelledOnDisk } from './spelled-on-disk.ts';

let dir: string;

beforeAll(async () => {
  dir = await realpath(await mkdtemp(path.join(tmpdir(), 'cf-deploy-case-')));
  await mkdir(path.join(dir, 'Lib'));
  for (const name of ['Lib/greet.ts', 'Lib/two.ts', 'Lib/TWO.ts']) await writeFile(path.join(dir, name), '');
});

afterAll(() => rm(dir, { recursive: true, force: true }));

it.each([
  ['Lib/Greet.ts', 'Lib/greet.ts'],
  ['lib/Greet.ts', 'Lib/greet.ts'],
  ['lib/greet', 'Lib/greet.ts'],
  ['LIB', 'Lib'],
  ['Lib/greet.ts', null],
  ['Lib/other.ts', null],
  // Which of the two is meant nobody knows.
  ['Lib/Two.ts', null],
])('%s is spelled %s on disk', (written, spelled) => {
  const found = spelledOnDisk(path.join(dir, written), ['.ts', '.js']);
  expect(found === null ? null : path.relative(dir, found)).toBe(spelled);
});
