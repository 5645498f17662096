import { access, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'jsonc-parser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answeringHealth } from './support/answering-health.ts';
import { createProject, type Project } from './support/project.ts';
import { startLocal } from './support/running-local.ts';

let project: Project;

const TARGET = ['--tenant=mrrainbowsmoke', '--env=staging'];

beforeEach(async () => {
  project = await createProject({ runtime: answeringHealth, simple: true });
});

afterEach(() => project.remove());

describe('--local without a server', () => {
  it('keeps what was deployed for the next command, until it is reset', async () => {
    const deployed = await project.local(['deploy', ...TARGET], { runtime: 'workerd' });
    expect(deployed.json.result).toMatchObject({ status: 'deployed', health: { verdict: 'healthy' } });
    const status = await project.local(['status', ...TARGET]);
    expect(status.json.result.deployment.versions[0].versionId).toBe(deployed.json.result.versionId);

    expect((await project.cli(['local', 'reset', '--json'])).json.result).toEqual({ removed: true });
    await expect(access(join(project.root, '.cf-deploy/cloudflare'))).rejects.toThrow('ENOENT');
    expect((await project.local(['status', ...TARGET])).json.result.exists).toBe(false);
  }, 60_000);

  it('says that its kept state is damaged, and what to do, where the account would seem to be missing', async () => {
    await project.local(['deploy', ...TARGET]);
    await project.write('.cf-deploy/cloudflare/state-0.journal', '{}');
    const damaged = await project.local(['status', ...TARGET]);
    expect([damaged.exitCode, damaged.json.error?.code]).toEqual([1, 'LOCAL_STATE_DAMAGED']);
    expect(damaged.json.error?.hint).toContain('cf-deploy local reset');

    await project.cli(['local', 'reset']);
    expect((await project.local(['deploy', ...TARGET])).exitCode).toBe(0);
  }, 60_000);

  it('begins anew when its kept state is gone', async () => {
    await project.local(['plan', ...TARGET]);
    await rm(join(project.root, '.cf-deploy/cloudflare'), { recursive: true });
    const { exitCode, json } = await project.local(['plan', ...TARGET]);
    expect([exitCode, json.result.action]).toEqual([0, 'create']);
  });

  it('does not use, read or need a real token', async () => {
    await project.write('tenants/mrrainbowsmoke/.env', 'CLOUDFLARE_API_TOKEN=real-token-from-file\n');
    const { exitCode, json } = await project.local(['plan', ...TARGET], {
      env: {
        CLOUDFLARE_API_TOKEN: 'real-token-from-env',
        CLOUDFLARE_API_BASE_URL: 'https://elsewhere.invalid',
        CLOUDFLARE_BASE_URL: 'https://elsewhere.invalid',
      },
    });
    expect([exitCode, json.result.action]).toEqual([0, 'create']);
  });

  it('makes the weather that a file orders, and the deploy says what became of it', async () => {
    await project.write(
      'storm.json',
      JSON.stringify({
        faults: [{ method: 'PUT', path: '/accounts/*/workers/scripts/*', status: 500, applied: false }],
      }),
    );
    const { exitCode, json } = await project.local(['deploy', ...TARGET, '--weather=storm.json']);
    expect(exitCode).toBe(1);
    expect(JSON.stringify(json)).toContain('500');
    expect((await project.local(['status', ...TARGET])).json.result.exists).toBe(false);
  }, 60_000);

  it('gets through the storm of docs/emulator.md', async () => {
    const text = await readFile(new URL('../../../docs/emulator.md', import.meta.url), 'utf8');
    await project.write('storm.json', /```json\n([\s\S]*?)```/.exec(text)?.[1] ?? '');
    await project.local(['deploy', ...TARGET]);
    // The storm lasts by the clock of the machine.
    const args = ['deploy', ...TARGET, '--force', '--weather=storm.json'];
    const { exitCode, json } = await project.local(args, { waits: true });
    expect([exitCode, json.result.status, json.result.health.verdict]).toEqual([0, 'deployed', 'healthy']);
    expect(json.result.health.attempts).toBeGreaterThan(1);
  }, 60_000);

  it('seeds what a project with rules and fields of its own names', async () => {
    await project.write(
      'cf-deploy.config.mjs',
      "export default { tenantFields: { owner: { '~standard': { version: 1, vendor: 'x', validate: (value) => ({ value }) } } } };\n",
    );
    await project.edit(
      'tenants/mrrainbowsmoke/tenant.config.json',
      '"tenantId"',
      '"owner": "team-a",\n  "tenantId"',
    );
    const { exitCode, json } = await project.local(['plan', ...TARGET]);
    expect([exitCode, json.result?.action]).toEqual([0, 'create']);
    expect(json.result.findings.filter(({ severity }: { severity: string }) => severity === 'error')).toEqual(
      [],
    );
  });

  it.each([
    ['is not there', undefined, /no weather file/],
    ['is not JSON', '{', /not valid JSON/],
    ['has an unknown field', '{"rain": 1}', /unknown field "rain"/],
  ])('refuses a weather file that %s', async (_, text, message) => {
    if (text !== undefined) await project.write('w.json', text);
    const { exitCode, json } = await project.local(['plan', ...TARGET, '--weather=w.json']);
    expect([exitCode, json.error?.message]).toEqual([3, expect.stringMatching(message)]);
  });

  it('lets a resource deleted there stay deleted, and the next deploy refuses', async () => {
    const cloudflare = await startLocal(project);
    try {
      await project.local(['deploy', ...TARGET]);
      const { accountId } = JSON.parse(await project.read('tenants/mrrainbowsmoke/tenant.config.json')) as {
        accountId: string;
      };
      const { env } = parse(await project.read('tenants/mrrainbowsmoke/wrangler.jsonc')) as {
        env: { staging: { kv_namespaces: { binding: string; id: string }[] } };
      };
      const id = env.staging.kv_namespaces.find(({ binding }) => binding === 'CACHE')?.id ?? '';
      await cloudflare.edit({
        kind: 'delete-resource',
        resource: 'kv',
        id,
        accountId,
        email: 'x@example.com',
      });
      const { exitCode, json } = await project.local(['deploy', ...TARGET, '--force']);
      expect(exitCode).toBe(1);
      expect(id).not.toBe('');
      expect(JSON.stringify(json)).toContain(id);
    } finally {
      await cloudflare.stop();
    }
  }, 60_000);
});

describe('local start', () => {
  it('serves other commands and other clients until it is stopped, and keeps its state', async () => {
    const cloudflare = await startLocal(project);
    const status = await project.cli(['local', 'status', '--json']);
    expect(status.json.result).toMatchObject({ running: true, url: cloudflare.url, pid: process.pid });

    const deployed = await project.local(['deploy', ...TARGET]);
    expect(deployed.exitCode).toBe(0);
    const { accountId } = deployed.json.result as { accountId: string };
    const list = await fetch(`${cloudflare.url}/client/v4/accounts/${accountId}/workers/scripts`, {
      headers: { authorization: `Bearer ${cloudflare.token}` },
    });
    expect(await list.json()).toMatchObject({ success: true, result: [{ id: 'bluey-ai-worker-staging' }] });

    const second = await project.cli(['local', 'start', '--json']);
    expect([second.exitCode, second.json.error?.message]).toEqual([
      3,
      expect.stringContaining(cloudflare.url),
    ]);
    const reset = await project.cli(['local', 'reset', '--json']);
    expect(reset.exitCode).toBe(3);

    expect(await cloudflare.stop()).toBe(0);
    expect((await project.cli(['local', 'status', '--json'])).json.result.running).toBe(false);
    expect((await project.local(['drift', ...TARGET])).exitCode).toBe(0);
  }, 60_000);

  it('that was killed does not mislead the next command', async () => {
    await project.local(['plan', ...TARGET]);
    await project.write(
      '.cf-deploy/running.json',
      JSON.stringify({
        pid: 2 ** 22 + 1,
        url: 'http://127.0.0.1:9',
        token: 'x',
        startedAt: new Date().toISOString(),
      }),
    );
    expect((await project.cli(['local', 'status', '--json'])).json.result.running).toBe(false);
    expect((await project.local(['plan', ...TARGET])).exitCode).toBe(0);
    // A file that leads off this machine is not followed.
    await project.write(
      '.cf-deploy/running.json',
      JSON.stringify({
        pid: process.pid,
        url: 'http://evil.example',
        token: 'x',
        startedAt: new Date().toISOString(),
      }),
    );
    expect((await project.cli(['local', 'status', '--json'])).json.result.running).toBe(false);
  });
});
