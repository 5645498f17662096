import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answeringHealth } from './support/answering-health.ts';
import { createProject, type Project } from './support/project.ts';
import { startLocal } from './support/running-local.ts';

const TARGET = ['--tenant=mrrainbowsmoke', '--env=staging'];
const SEED = 'cf-deploy.seed.json';

let project: Project;

beforeEach(async () => {
  project = await createProject({ runtime: answeringHealth, simple: true });
});
afterEach(() => project.remove());

/** Puts another id in the place of the first KV namespace's of the staging environment. */
async function mistypeId(): Promise<string> {
  const file = 'tenants/mrrainbowsmoke/wrangler.jsonc';
  const text = await project.read(file);
  const staging = text.slice(text.indexOf('"staging"'));
  const id = /"id":\s*"([0-9a-f]{32})"/.exec(staging)?.[1] ?? '';
  const wrong = 'dead'.repeat(8);
  await project.write(file, text.replaceAll(id, wrong));
  return wrong;
}

describe('--local --strict', () => {
  it('needs a seed file, and says how to make one', async () => {
    const { exitCode, json } = await project.local(['plan', ...TARGET, '--strict']);
    expect([exitCode, json.error?.message, json.error?.hint]).toEqual([
      3,
      expect.stringContaining(SEED),
      expect.stringContaining('cf-deploy local seed'),
    ]);
  });

  it('needs --local', async () => {
    const { exitCode, json } = await project.cli(['plan', ...TARGET, '--strict', '--json']);
    expect([exitCode, json.error?.message]).toEqual([3, expect.stringContaining('--local')]);
  });

  it('deploys what the seed file names, and refuses an id that is wrong in the files', async () => {
    const seeded = await project.cli(['local', 'seed', '--json']);
    expect(seeded.json.result).toMatchObject({ file: SEED, kept: 0 });
    const deployed = await project.local(['deploy', ...TARGET, '--strict']);
    expect([deployed.exitCode, deployed.json.result.status]).toEqual([0, 'deployed']);

    const wrong = await mistypeId();
    const lenient = await project.local(['deploy', ...TARGET, '--dry-run']);
    expect(lenient.exitCode).toBe(0);
    const strict = await project.local(['deploy', ...TARGET, '--strict', '--force']);
    expect(strict.exitCode).not.toBe(0);
    expect(JSON.stringify(strict.json)).toContain(wrong);
  }, 60_000);

  it('is a matter of the server where one runs', async () => {
    await project.cli(['local', 'seed']);
    const loose = await startLocal(project);
    const refused = await project.local(['plan', ...TARGET, '--strict']);
    expect([refused.exitCode, refused.json.error?.message]).toEqual([
      3,
      expect.stringContaining('runs without --strict'),
    ]);
    await loose.stop();

    const strict = await startLocal(project, ['--strict']);
    expect((await project.cli(['local', 'status', '--json'])).json.result.strict).toBe(true);
    const wrong = await mistypeId();
    const { exitCode, json } = await project.local(['deploy', ...TARGET]);
    expect(exitCode).not.toBe(0);
    expect(JSON.stringify(json)).toContain(wrong);
    await strict.stop();
  }, 60_000);
});

describe('the seed file', () => {
  it('is read without --strict too, and keeps what was written by hand', async () => {
    await project.write(SEED, JSON.stringify({ queues: [{ accountId: 'b'.repeat(32), name: 'by-hand' }] }));
    const first = await project.cli(['local', 'seed', '--json']);
    expect(first.json.result.kept).toBe(1);
    expect(first.json.result.added).toBeGreaterThan(1);
    expect(JSON.parse(await project.read(SEED)).queues).toContainEqual({
      accountId: 'b'.repeat(32),
      name: 'by-hand',
    });
    const again = await project.cli(['local', 'seed', '--json']);
    expect(again.json.result).toEqual({
      file: SEED,
      added: 0,
      kept: first.json.result.added + 1,
    });
  });

  it.each([
    ['is not JSON', '{', /not valid JSON/],
    ['has an unknown list', '{"buckets": []}', /Unknown list "buckets"/],
    ['has a wrong entry', '{"queues": [{"name": "q"}]}', /queues\[0\]\.accountId is missing/],
  ])('that %s is refused by name', async (_, text, message) => {
    await project.write(SEED, text);
    for (const args of [
      ['plan', ...TARGET, '--local'],
      ['local', 'seed'],
      ['local', 'start'],
    ]) {
      const { exitCode, json } = await project.cli([...args, '--json']);
      expect([exitCode, json.error?.message]).toEqual([3, expect.stringMatching(message)]);
    }
  });
});

describe('the notices of --local', () => {
  const plan = ['plan', ...TARGET, '--local'];

  it('are told once in a terminal, and again by another server', async () => {
    const first = await project.cli(plan);
    expect(first.stderr).toContain('Nothing leaves this machine');
    expect((await project.cli(plan)).stderr).not.toContain('local:');
    const cloudflare = await startLocal(project);
    expect((await project.cli(plan)).stderr).toContain(cloudflare.url);
    expect((await project.cli(plan)).stderr).not.toContain('local:');
    await cloudflare.stop();
    await project.cli(['local', 'reset']);
    expect((await project.cli(plan)).stderr).toContain('Nothing leaves this machine');
  });

  it('do not count as told when nobody saw them: with --json, and in CI', async () => {
    expect((await project.cli([...plan, '--json'])).stderr).not.toContain('local:');
    expect((await project.cli(plan, { env: { CI: 'true' } })).stderr).not.toContain('local:');
    expect((await project.cli(plan, { env: { CI: 'false' } })).stderr).toContain(
      'Nothing leaves this machine',
    );
  });
});
