import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { loadKeptModule } from './kept-module.ts';

const require = createRequire(import.meta.url);
let folder: string;
let cache: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cf-deploy-kept-'));
  cache = join(folder, 'kept.cache');
  onTestFinished(() => rm(folder, { recursive: true }));
});

/** What the module says, loaded anew, and what keeps its code. */
async function load(text: string) {
  const file = join(folder, 'module.js');
  await writeFile(file, text);
  delete require.cache[file];
  const keep = loadKeptModule(file, cache);
  return { says: require(file) as unknown, keep };
}

const saying = (word: string): string => `exports.says = [__filename.endsWith('module.js'), '${word}'];`;

test('a module is loaded, its code is kept, and the next time nothing is written', async () => {
  const first = await load(saying('one'));
  expect([first.says, existsSync(cache)]).toEqual([{ says: [true, 'one'] }, false]);
  first.keep();
  const written = readFileSync(cache);
  const second = await load(saying('one'));
  second.keep();
  expect([second.says, readFileSync(cache).equals(written)]).toEqual([first.says, true]);
});

test('code that is kept of another text is not run, however long that is', async () => {
  (await load(saying('one'))).keep();
  const changed = await load(saying('two'));
  expect(changed.says).toEqual({ says: [true, 'two'] });
  changed.keep();
  expect((await load(saying('two'))).says).toEqual({ says: [true, 'two'] });
});

test('code that is damaged, or cannot be kept, is done without', async () => {
  await writeFile(cache, `${saying('one')}nonsense`);
  expect((await load(saying('one'))).says).toEqual({ says: [true, 'one'] });
  await rm(cache);
  await mkdir(cache);
  const { says, keep } = await load(saying('one'));
  keep();
  expect(says).toEqual({ says: [true, 'one'] });
});

test('a module that fails is not taken for one that was loaded', async () => {
  await expect(load(`throw new Error('broken')`)).rejects.toThrow('broken');
  expect(Object.keys(require.cache)).not.toContain(join(folder, 'module.js'));
});
