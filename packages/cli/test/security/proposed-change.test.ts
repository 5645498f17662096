import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createHostileProject, type HostileProject } from './hostile-project.ts';

let project: HostileProject;

const ran = (): boolean => existsSync(join(project.root, 'tenants/acme/ran'));

beforeAll(async () => {
  project = await createHostileProject();
  await project.write(
    'tenants/acme/wrangler.json',
    JSON.stringify({
      name: 'acme',
      main: 'index.js',
      compatibility_date: '2026-02-01',
      build: { command: 'touch ran' },
    }),
  );
});

beforeEach(async () => {
  await rm(join(project.root, 'tenants/acme/ran'), { force: true });
});

afterAll(async () => {
  await project.close();
});

const proposed = (): Record<string, string> => ({
  ...project.env,
  PATH: process.env['PATH'] ?? '',
  GITHUB_EVENT_NAME: 'pull_request',
});

it.each(['validate', 'plan', 'drift', 'doctor'])(
  'a pull request does not get its build command run by %s',
  async (command) => {
    const { json } = await project.cli([command, '--tenant=acme', '--json'], { env: proposed() });
    expect(JSON.stringify(json)).toMatch(/BUILD_NOT_RUN|build-not-run|"valid"/);
    expect(ran()).toBe(false);
  },
);

it('validate stays green and says what it did not do', async () => {
  const { exitCode, json } = await project.cli(['validate', '--tenant=acme', '--json'], { env: proposed() });
  expect([exitCode, json.result.findings]).toEqual([
    0,
    [expect.objectContaining({ severity: 'warning', code: 'build-not-run' })],
  ]);
});

it.each([
  ['when it is asked to', ['--run-build'], {}],
  ['when the change is said to be trusted', [], { CF_DEPLOY_UNTRUSTED: '0' }],
])('it is run %s', async (_when, flags, env) => {
  await project.cli(['validate', '--tenant=acme', ...flags], { env: { ...proposed(), ...env } });
  expect(ran()).toBe(true);
});
