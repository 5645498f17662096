import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createDeployer } from '@cf-deploy/deployer';
import { createEmulator, LOCAL_TOKEN } from '@cf-deploy/emulator';
import { expect, test } from 'vitest';
import { toRequest } from '../support/request.ts';

const ROOT = fileURLToPath(new URL('../../../../examples/saas', import.meta.url));
const ACCOUNT = 'e8a3b1e5000000000000000000000001';

test('the example of a platform: two Workers for each of three tenants in a table and one from code', async () => {
  const recordsDir = await mkdtemp(join(tmpdir(), 'cf-deploy-saas-'));
  const emulator = await createEmulator({
    accounts: [{ id: ACCOUNT, subdomain: 'examples' }],
    rateLimit: null,
  });
  try {
    await emulator.admin.seed({
      kvNamespaces: [1, 2, 3, 4].map((digit) => ({
        accountId: ACCOUNT,
        id: `a${String(digit).padStart(31, '0')}`,
      })),
    });
    const deployer = createDeployer({
      root: ROOT,
      recordsDir,
      fetch: async (input, init) => emulator.fetch(toRequest(input, init)),
      env: {},
      apiToken: LOCAL_TOKEN,
      sleep: async () => undefined,
    });
    expect((await deployer.validateAll({})).findings).toEqual([]);
    const { results } = await deployer.deployAll({ parallel: 2 });
    expect(
      results.map(({ scriptName, status, health }) => `${scriptName} ${status} ${health.verdict}`),
    ).toEqual(
      ['acme', 'globex', 'initech', 'umbrella'].flatMap((tenant) => [
        `${tenant}-auth deployed healthy`,
        `${tenant}-api deployed healthy`,
      ]),
    );
    const ask = async (tenant: string, init?: RequestInit): Promise<string> => {
      const url = `https://${tenant}-api.examples.workers.dev/hello`;
      const response = await emulator.fetch(new Request(url, init));
      return `${response.status} ${await response.text()}`;
    };
    const headers = { 'x-user': 'ann@acme' };
    expect(await ask('acme', { method: 'PUT', body: 'of acme', headers })).toBe('200 of acme');
    // Each tenant has its own data, and its own idea of who may see it.
    expect(await ask('globex', { headers })).toMatch(/^401/);
    expect(await ask('globex', { headers: { 'x-user': 'bob@globex' } })).toBe('200 ');
  } finally {
    await emulator.close();
    await rm(recordsDir, { recursive: true, force: true });
  }
}, 120_000);
