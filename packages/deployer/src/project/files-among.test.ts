import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filesAmong } from './files-among.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cf-deploy-files-among-'));
  await writeFile(join(folder, 'b.js'), '');
  await writeFile(join(folder, 'a.js'), '');
  await mkdir(join(folder, 'folder.js'));
  await symlink('a.js', join(folder, 'link.js'));
  await symlink('nowhere.js', join(folder, 'broken.js'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const NAMES = ['broken.js', 'link.js', 'b.js', 'none.js', 'folder.js', 'a.js'];

test('files and links to files are found, in the order they are asked for', async () => {
  expect(filesAmong(folder, NAMES)).toEqual(['link.js', 'b.js', 'a.js']);
});

test('a folder that may be gone into, but not listed, tells its files too', async () => {
  await chmod(folder, 0o311);
  try {
    expect(filesAmong(folder, NAMES)).toEqual(['link.js', 'b.js', 'a.js']);
  } finally {
    await chmod(folder, 0o755);
  }
});

test('a folder that does not exist has none', async () => {
  expect(filesAmong(join(folder, 'none'), NAMES)).toEqual([]);
});
