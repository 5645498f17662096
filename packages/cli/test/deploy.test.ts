import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loopbackFetch } from '../src/local/doors.ts';
import { createProject, type Project } from './support/project.ts';
import type { CliRun } from './support/run-cli.ts';
import { startLocal, type RunningLocal } from './support/running-local.ts';

let project: Project;
let cloudflare: RunningLocal;
/** The deploy of both tenants with which everything here begins, and the records it left. */
let begun: CliRun;
let begunRecords: readonly string[];

beforeAll(async () => {
  project = await createProject();
  cloudflare = await startLocal(project);
  begun = await project.local(['deploy', '--all', '--env=staging']);
  begunRecords = await records();
}, 60_000);

afterAll(async () => {
  await cloudflare.stop();
  await project.remove();
});

const records = async (): Promise<readonly string[]> =>
  (await readdir(join(project.root, 'deployments')).catch(() => [])).filter((name) => name.endsWith('.json'));

/** Calls that change something in an account. */
const writes = async (): Promise<readonly string[]> =>
  (await cloudflare.requests())
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path}`);

describe('deploy', () => {
  it('puts both tenants live, healthy, and leaves two records and one of the run', () => {
    const { exitCode, json } = begun;
    expect({ exitCode, error: json.error }).toEqual({ exitCode: 0, error: undefined });
    expect(json.result.summary).toMatchObject({ deployed: 2 });
    for (const result of json.result.results) {
      expect(result).toMatchObject({ status: 'deployed', endState: 'live', health: { verdict: 'healthy' } });
      expect(result.health.versionId).toBe(result.versionId);
    }
    expect(begunRecords.filter((name) => name.startsWith('deploy-all-staging-'))).toHaveLength(1);
    expect(begunRecords).toHaveLength(3);
  });

  it('makes Workers that work: a chat goes through every binding, also at the name for a browser', async () => {
    const door = loopbackFetch(cloudflare.url);
    for (const host of [
      'bluey-ai-worker-staging.mrrainbowsmoke.workers.dev',
      'bluey-ai-worker-staging.mrrainbowsmoke.localhost',
    ]) {
      const response = await door(`https://${host}/chat`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ session: 's1', message: 'Hello?' }),
      });
      expect([response.status, await response.json()]).toMatchObject([200, { session: 's1', sources: [] }]);
    }
    const history = await door('https://bluey-ai-worker-staging.mrrainbowsmoke.workers.dev/chat/s1/history');
    expect(((await history.json()) as { messages: unknown[] }).messages).toHaveLength(4);
  });

  it('again changes nothing, sends no write, and says so', async () => {
    await cloudflare.forget();
    const { exitCode, json } = await project.local(['deploy', '--all', '--env=staging']);
    expect(exitCode).toBe(0);
    expect(json.result.results.map(({ status }: { status: string }) => status)).toEqual([
      'unchanged',
      'unchanged',
    ]);
    expect(await writes()).toEqual([]);
  }, 60_000);

  it('for people says what happened and where, on stdout', async () => {
    // What `--local` is, each terminal is told once: this one was, before.
    await rm(join(project.root, '.cf-deploy/told.json'), { force: true });
    const { exitCode, stdout, stderr } = await project.cli([
      'deploy',
      '--tenant=mrrainbowsmoke',
      '--env=staging',
      '--local',
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('mrrainbowsmoke (staging)');
    expect(stdout).toContain('Unchanged: nothing was uploaded.');
    expect(stderr).toContain('Nothing leaves this machine');
    expect(stderr).toContain('Workers AI is a stand-in');
    expect(stderr).toContain('Vectorize is a stand-in');
  });

  it('--dry-run plans and writes nothing', async () => {
    await cloudflare.forget();
    const before = await records();
    const { exitCode, json } = await project.local([
      'deploy',
      '--tenant=mrrainbowsmoke',
      '--env=dev',
      '--dry-run',
    ]);
    expect([exitCode, json.result.action]).toEqual([0, 'create']);
    expect(await writes()).toEqual([]);
    expect(await records()).toEqual(before);
  });

  it('of a changed Worker makes a new version, and plan says so before', async () => {
    const file = 'packages/worker-api/src/chat/complete.ts';
    const before = 'Answer briefly and only from what you know.';
    await project.edit(file, before, 'Answer in one sentence.');
    const plan = await project.local(['plan', '--tenant=mrrainbowsmoke', '--env=staging', '--exit-code']);
    expect([plan.exitCode, plan.json.result.action]).toEqual([2, 'update']);
    await cloudflare.forget();
    const { exitCode, json } = await project.local(['deploy', '--tenant=mrrainbowsmoke', '--env=staging']);
    expect([exitCode, json.result.status]).toEqual([0, 'deployed']);
    expect(json.result.previousVersionId).not.toBe(json.result.versionId);
    expect(json.result.health).toMatchObject({ verdict: 'healthy', versionId: json.result.versionId });
    // Uploaded, asked beside the live one, promoted.
    expect((await writes()).length).toBeLessThanOrEqual(3);
    // The others find what they began with.
    await project.edit(file, 'Answer in one sentence.', before);
    await project.local(['deploy', '--tenant=mrrainbowsmoke', '--env=staging']);
  });

  it('asks on a terminal before something is lost, and takes no for an answer', async () => {
    const file = 'tenants/rainbowsmokeofficial/wrangler.jsonc';
    const before = '"migrations": [{ "tag": "v1", "new_sqlite_classes": ["TenantLimits", "ChatSession"] }],';
    const losing =
      '"migrations": [{ "tag": "v1", "new_sqlite_classes": ["TenantLimits", "ChatSession", "Old"] }, { "tag": "v2", "deleted_classes": ["Old"] }],';
    await project.edit(file, before, losing);
    const { exitCode, stderr } = await project.cli(
      ['deploy', '--tenant=rainbowsmokeofficial', '--env=staging', '--local'],
      { answer: 'n' },
    );
    await project.edit(file, losing, before);
    expect(stderr).toContain('Go on?');
    expect(stderr).toContain('Nothing was deployed');
    expect(exitCode).toBe(3);
  });
});
