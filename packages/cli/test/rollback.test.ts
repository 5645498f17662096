import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answeringHealth } from './support/answering-health.ts';
import { createProject, type Project } from './support/project.ts';
import { startLocal, type RunningLocal } from './support/running-local.ts';

let project: Project;
let cloudflare: RunningLocal;
let first: string;
let second: string;

const TARGET = ['--tenant=rainbowsmokeofficial', '--env=staging'];

beforeAll(async () => {
  project = await createProject({ runtime: answeringHealth, simple: true });
  cloudflare = await startLocal(project);
  first = (await project.local(['deploy', ...TARGET])).json.result.versionId as string;
  second = (await project.local(['deploy', ...TARGET, '--force', '--message=two'])).json.result
    .versionId as string;
}, 60_000);

/** Every test finds the second version live, and the first as the one before. */
beforeEach(async () => {
  if ((await answering()) !== second) await project.local(['rollback', ...TARGET, `--to=${second}`]);
});

afterAll(async () => {
  await cloudflare.stop();
  await project.remove();
});

/** The version that answers `/health` at the Worker's own host name. */
async function answering(): Promise<string> {
  const { loopbackFetch } = await import('../src/local/doors.ts');
  const response = await loopbackFetch(cloudflare.url)(
    'https://azure-ai-worker-staging.rainbowsmokeofficial.workers.dev/health',
  );
  return ((await response.json()) as { version: { id: string } }).version.id;
}

describe('rollback', () => {
  it('puts the version from before back, and /health shows it', async () => {
    expect(await answering()).toBe(second);
    const { exitCode, json } = await project.local(['rollback', ...TARGET, '--message=worse']);
    expect([exitCode, json.result.versionId, json.result.previousVersionId]).toEqual([0, first, second]);
    expect(await answering()).toBe(first);
  });

  it('goes to the version named', async () => {
    const { exitCode } = await project.local(['rollback', ...TARGET, `--to=${first}`]);
    expect([exitCode, await answering()]).toEqual([0, first]);
  });

  it('to a version that does not exist exits 1 and changes nothing', async () => {
    const { exitCode, json } = await project.local([
      'rollback',
      ...TARGET,
      '--to=00000000-0000-4000-8000-000000000000',
    ]);
    expect([exitCode, json.error?.code]).toEqual([1, 'ROLLBACK_IMPOSSIBLE']);
    expect(await answering()).toBe(second);
  });

  it('says to people which version is live again', async () => {
    const { stdout } = await project.cli(['rollback', ...TARGET, `--to=${first}`, '--local']);
    expect(stdout).toContain('Rolled back.');
    expect(stdout).toContain(`version  ${first} (before: ${second})`);
  });

  it('versions lists both, and which one is live', async () => {
    const { json } = await project.local(['versions', ...TARGET]);
    expect(
      json.result.versions.map((version: { versionId: string; percentage: number }) => [
        version.versionId,
        version.percentage,
      ]),
    ).toEqual([
      [second, 100],
      [first, 0],
    ]);
    const { stdout } = await project.cli(['versions', ...TARGET, '--local']);
    expect(stdout).toMatch(new RegExp(`100 %.*${second}`));
  });

  it('status shows what is live and that it is well', async () => {
    const { exitCode, stdout } = await project.cli(['status', ...TARGET, '--local']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(new RegExp(`rainbowsmokeofficial.*${second.slice(0, 8)}.*healthy`));
  });

  it('works when the files do not resolve, and says whose word it takes', async () => {
    const file = 'tenants/rainbowsmokeofficial/wrangler.jsonc';
    const whole = await project.read(file);
    await project.write(file, '{ "name": ');
    try {
      const { exitCode, stderr } = await project.cli(['rollback', ...TARGET, `--to=${first}`, '--local']);
      expect([exitCode, await answering()]).toEqual([0, first]);
      expect(stderr).toContain('its files cannot be used');
      const status = await project.cli(['status', ...TARGET, '--local']);
      expect(status.stdout).toContain(first.slice(0, 8));
    } finally {
      await project.write(file, whole);
      await project.local(['rollback', ...TARGET, `--to=${second}`]);
    }
  });

  it('only says what it would do with --dry-run', async () => {
    const { exitCode, json } = await project.local(['rollback', ...TARGET, '--dry-run']);
    expect([exitCode, json.result.changes]).toMatchObject([0, [{ desired: first, actual: second }]]);
    expect(json.result.findings).toContainEqual(expect.objectContaining({ code: 'settings-stay' }));
    expect(await answering()).toBe(second);
  });

  it('of all tells each tenant by name, and takes back those that have something to go back to', async () => {
    const [planned, done] = [
      await project.local(['rollback', '--all', '--env=staging', '--dry-run']),
      await project.local(['rollback', '--all', '--env=staging']),
    ];
    // The other tenant was never deployed here.
    const missing = { tenant: 'mrrainbowsmoke', error: { code: 'WORKER_MISSING' } };
    const own = { tenant: 'rainbowsmokeofficial' };
    expect([planned.exitCode, planned.json.result.results]).toMatchObject([
      1,
      [missing, { ...own, changes: [{ desired: first }] }],
    ]);
    expect([done.exitCode, done.json.result.results]).toMatchObject([
      1,
      [missing, { ...own, endState: 'live', versionId: first }],
    ]);
    expect(await answering()).toBe(first);
  });

  it('status, versions and rollback work when the folder of the tenants is gone', async () => {
    const folder = join(project.root, 'tenants');
    const named = ['--account=0650b5f4582826ced180d6901860eab0', '--script=azure-ai-worker-staging'];
    await rename(folder, `${folder}-gone`);
    try {
      // Records know the tenant; without those, account and script say which Worker it is.
      for (const target of [TARGET, [...TARGET, ...named]]) {
        const status = await project.local(['status', ...target]);
        expect(status.json.result.deployment).toMatchObject({ versions: [{ versionId: second }] });
        const versions = await project.local(['versions', ...target]);
        const ids = versions.json.result.versions as readonly { readonly versionId: string }[];
        expect(ids.map(({ versionId }) => versionId)).toEqual([second, first]);
        const { exitCode } = await project.local(['rollback', ...target]);
        expect([exitCode, await answering()]).toEqual([0, first]);
        await project.local(['rollback', ...target, `--to=${second}`]);
      }
    } finally {
      await rename(`${folder}-gone`, folder);
    }
  });
});
