import { afterEach, beforeEach, expect, it } from 'vitest';
import { answeringHealth } from './support/answering-health.ts';
import { createProject, type Project } from './support/project.ts';

let project: Project;

beforeEach(async () => {
  project = await createProject({ runtime: answeringHealth, simple: true });
});

afterEach(() => project.remove());

it.each([
  ['validate', ['validate', '--tenant=mrrainbowsmoke']],
  ['plan', ['plan', '--all']],
  ['deploy', ['deploy', '--all']],
  ['deploy of one', ['deploy', '--tenant=mrrainbowsmoke']],
  ['drift', ['drift', '--all']],
  ['versions', ['versions', '--tenant=mrrainbowsmoke']],
  ['config', ['config', '--tenant=mrrainbowsmoke']],
])('%s without an environment is refused where there are some, and lists them', async (_what, args) => {
  const { exitCode, stdout } = await project.local(args);
  expect(exitCode).toBe(3);
  expect(stdout).toContain('none was named');
  expect(stdout).toContain('staging');
});

it('CLOUDFLARE_ENV names it, the flag wins, and an empty one is the top level on purpose', async () => {
  const tenant = ['config', '--tenant=mrrainbowsmoke', '--json'];
  const env = { CLOUDFLARE_ENV: 'staging' };
  const environment = async (args: readonly string[], options = {}): Promise<unknown> =>
    (await project.cli([...tenant, ...args], options)).json.result.environment;
  expect(await environment([], { env })).toBe('staging');
  expect(await environment(['--env=production'], { env })).toBe('production');
  expect(await environment(['--env', ''], { env })).toBeNull();
});

it('--tenant=all is --all', async () => {
  const { exitCode, json } = await project.cli(['validate', '--tenant=all', '--env=staging', '--json']);
  expect(exitCode).toBe(0);
  expect(json.result.results).toHaveLength(2);
});

it('a release is listed, shown and taken back; a freeze stops the next one', async () => {
  const all = ['deploy', '--all', '--env=staging', '--no-check-startup'];
  await project.local(all);
  const forced = await project.local([...all, '--force', '--parallel']);
  const id = String(forced.json.result.releaseId);
  expect(forced.json.result.release).toMatchObject({ status: 'done', targets: { done: 2 } });

  expect((await project.local(['releases', '--env=staging'])).json.result.releases).toHaveLength(2);
  const shown = await project.cli(['release', 'show', id, '--local']);
  expect(shown.exitCode).toBe(0);
  expect(shown.stdout).toContain('mrrainbowsmoke');

  const back = await project.local(['rollback', `--release=${id}`]);
  expect(back.exitCode).toBe(0);
  expect(back.json.result.summary).toEqual({ deployed: 2 });

  await project.local(['freeze', '--env=staging', '--until=4h', '--why=holidays']);
  const frozen = await project.local(all);
  expect([frozen.exitCode, frozen.json.error?.code]).toEqual([1, 'FROZEN']);
  expect((await project.local(['freeze', '--env=staging', '--lift'])).json.result.changed).toBe(true);
});

it.each([
  ['a canary of none', ['deploy', '--all', '--canary=0'], 'from 1'],
  ['a bake without a canary', ['deploy', '--all', '--bake=5m'], '--bake needs --canary'],
  ['a canary of one tenant', ['deploy', '--tenant=mrrainbowsmoke', '--canary=1'], '--canary needs --all'],
  ['an unknown rule', ['deploy', '--all', '--on-failure=panic'], 'Allowed choices'],
  [
    'a budget that is none',
    ['deploy', '--all', '--env=staging', '--failure-budget=lots'],
    'no failure budget',
  ],
  ['a condition that is none', ['plan', '--all', '--env=staging', '--label=a b'], 'no condition on labels'],
  ['--label without --all', ['plan', '--tenant=mrrainbowsmoke', '--label=a'], '--label needs --all'],
  ['a release and a tenant', ['rollback', '--release=x', '--tenant=a'], 'without --tenant'],
  ['an unknown release', ['release', 'show', 'nope'], 'no release "nope"'],
  [
    'a freeze of no environment',
    ['freeze', '--env=stagin', '--until=1h', '--why=x'],
    'Did you mean "staging"',
  ],
  ['a freeze without a reason', ['freeze', '--env=staging', '--until=1h'], '--why'],
])('%s exits 3', async (_what, args, message) => {
  const { exitCode, stdout } = await project.local(args);
  expect(exitCode).toBe(3);
  expect(stdout).toContain(message.replaceAll('"', '\\"'));
});
