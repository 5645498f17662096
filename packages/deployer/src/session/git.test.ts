import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGit } from './git.ts';

let folder: string;
/** Is there once somebody started git. */
const started = (): boolean => existsSync(join(folder, 'started'));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'git-'));
  await mkdir(join(folder, 'project'));
  await writeFile(join(folder, 'git'), `#!/bin/sh\necho > ${join(folder, 'started')}\nexit 1\n`);
  await chmod(join(folder, 'git'), 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

test.runIf(process.platform !== 'win32')(
  'git is started in a checkout only, and in a folder below one',
  async () => {
    const git = createGit(join(folder, 'project'), { PATH: folder });
    expect([await git.commit(), await git.origin?.(), await git.tracked(['.env'])]).toEqual([null, null, []]);
    await expect(git.changedFiles('main')).rejects.toMatchObject({ code: 'USAGE' });
    expect(started()).toBe(false);

    await mkdir(join(folder, '.git'));
    expect(await git.commit()).toBeNull();
    expect(started()).toBe(true);
  },
);

test('a folder that is not there is no checkout', async () => {
  expect(await createGit(join(folder, 'nowhere')).commit()).toBeNull();
});

test('what this tool writes makes no checkout dirty; anything else does, above the project too', async () => {
  const top = join(folder, 'real');
  const project = join(top, 'app');
  await mkdir(join(project, 'tenants'), { recursive: true });
  const git = (...args: readonly string[]): void => {
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
    execFileSync('git', ['-C', top, ...who, ...args], { stdio: 'ignore' });
  };
  git('init');
  await writeFile(join(project, 'tenants', 'a'), '1');
  git('add', '-A');
  git('commit', '-m', 'one');
  const isDirty = async () => (await createGit(project).commit())?.dirty;
  for (const own of ['.cf-deploy', 'deployments']) {
    await mkdir(join(project, own));
    await writeFile(join(project, own, 'x'), '1');
  }
  expect(await isDirty()).toBe(false);
  for (const file of [join(project, 'tenants', 'b'), join(top, 'shared')]) {
    await writeFile(file, '1');
    expect(await isDirty()).toBe(true);
    await rm(file);
  }
  await writeFile(join(project, 'tenants', 'a'), '2');
  expect(await isDirty()).toBe(true);
});
