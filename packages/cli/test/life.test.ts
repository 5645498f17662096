import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answeringHealth } from './support/answering-health.ts';
import { runCli, type CliOptions, type CliRun } from './support/run-cli.ts';

const ACCOUNT = '0123456789abcdef0123456789abcdef';
const OTHER = 'fedcba9876543210fedcba9876543210';
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cf-deploy-life-'));
});

afterAll(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));

/** What the Workers do that `init` writes is the matter of the first deploy and the last look only. */
const RUNNING = ['deploy', 'status'];
const cli = (...args: string[]): Promise<CliRun> => {
  const runtime: CliOptions['runtime'] = RUNNING.includes(args[0] ?? '') ? 'workerd' : answeringHealth;
  return runCli(args, { cwd: root, runtime });
};
/** On the embedded Cloudflare, to a good end. */
async function local(...args: string[]): Promise<CliRun['json']['result']> {
  const { json } = await cli(...args, '--local', '--json');
  expect(json.error ?? null).toBeNull();
  expect(json.exitCode).toBe(0);
  return json.result;
}

test('the life of tenants, from an empty folder to no orphan left', async () => {
  expect((await cli('init', '--json')).json.result).toMatchObject({ kind: 'empty', kept: [] });
  await local('tenant', 'add', 'acme', `--account=${ACCOUNT}`);
  await local('tenant', 'add', 'globex');
  await local('tenant', 'add', 'initech');
  expect((await local('deploy', '--all')).summary).toEqual({ deployed: 3 });

  const unasked = await cli('tenant', 'rename', 'acme', 'acme-eu', '--local', '--json');
  expect(unasked.json).toMatchObject({ exitCode: 3, error: { code: 'NOT_CONFIRMED' } });
  const renamed = await local('tenant', 'rename', 'acme', 'acme-eu', '--yes');
  expect(renamed.switched).toMatchObject([{ deployed: { health: { verdict: 'healthy' } } }]);
  const moved = await local('tenant', 'move', 'acme-eu', `--to-account=${OTHER}`, '--yes');
  expect(moved.switched).toMatchObject([{ to: { accountId: OTHER, scriptName: 'acme-eu-api' } }]);
  expect(await readFile(join(root, 'tenants.csv'), 'utf8')).toBe(
    `tenantId,accountId\nacme-eu,${OTHER}\nglobex,${ACCOUNT}\ninitech,${ACCOUNT}\n`,
  );
  await local('tenant', 'remove', 'acme-eu', '--yes');
  await local('tenant', 'remove', 'globex', '--yes');

  const { results, orphans } = await local('status', '--all');
  expect(results).toMatchObject([{ tenant: 'initech', exists: true, health: { verdict: 'healthy' } }]);
  expect(orphans).toMatchObject({ orphans: [], unknown: [] });
  const pruned = await local('prune', `--account=${OTHER}`, '--yes');
  expect(pruned).toMatchObject({ orphans: [], results: [] });
});
