import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Deployer, ReleaseRun } from '@cf-deploy/deployer';
import { LOCAL_TOKEN } from '@cf-deploy/emulator';
import { ACCOUNT, createFakeRuntime, startProject, type TestProject } from '../support/project.ts';
import { dead, giveUpLocks, mortal } from '../support/mortal.ts';
import { greet, startFleet } from './support.ts';
import { toRequest } from '../support/request.ts';

let project: TestProject;

afterEach(async () => {
  await project.close();
});

const TENANTS = ['a', 'b', 'c'];

/** Numbers from 0 to 1 that are the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0;
    return state / 2 ** 32;
  };
}

/** Deployments of each Worker, as the API lists them. */
async function deployments(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const tenant of TENANTS) {
    const { emulator } = project;
    const url = `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/workers/scripts/${tenant}/deployments`;
    const answer = await emulator.fetch(
      new Request(url, { headers: { authorization: `Bearer ${LOCAL_TOKEN}` } }),
    );
    const { result } = (await answer.json()) as { readonly result: { readonly deployments: unknown[] } };
    counts[tenant] = result.deployments.length;
  }
  return counts;
}

/**
 * What somebody does after a death: a release that was begun is resumed. A run looks at the whole account before it
 * records its release, so one that died while it looked left nothing to resume, and is begun anew.
 */
async function goOn(deployer: Deployer, before: number, parallel: number): Promise<ReleaseRun | null> {
  const releases = await project.deployer.releases();
  if (releases.length === before) return deployer.deployAll({ parallel });
  return releases[0]?.status === 'done' ? null : deployer.resume();
}

/** A sample; CI goes through 50. */
const COUNT = Number(process.env['CF_DEPLOY_RESUMED_RUNS'] ?? 10);
const SEEDS = Array.from({ length: COUNT }, (_, seed) => seed);

test.each(SEEDS)(
  'killed anywhere and gone on with, every target is deployed exactly once: seed %i',
  async (seed) => {
    project = await startProject({
      tenants: TENANTS,
      emulator: { runtime: createFakeRuntime },
      tenantConfig: { healthCheck: false },
    });
    const updates = seed % 2 === 1;
    if (updates) {
      await project.deployer.deployAll({ parallel: 4 });
      await greet(project, TENANTS, 'two');
    }
    const before = (await project.deployer.releases()).length;
    const random = randomOf(seed + 1);
    const parallel = 1 + Math.floor(random() * 3);
    for (let life = 0; life < 2; life += 1) {
      const { deployer, died, writes } = mortal(project, 1 + Math.floor(random() * 14), random() < 0.5);
      await Promise.race([died, goOn(deployer, before, parallel).catch(() => undefined)]);
      // Whatever changed something is in a release.
      const begun = (await project.deployer.releases()).length > before;
      expect(begun ? [] : writes).toEqual([]);
      await giveUpLocks(project);
    }

    // Who died between two calls may still take a lock here, where its process lives on.
    for (let locked = true; locked;) {
      const run = await goOn(project.another({ runner: dead('two') }), before, parallel);
      locked = run?.results.some(({ error }) => error?.code === 'LOCKED') ?? false;
      await giveUpLocks(project);
    }

    expect(await project.deployer.releases()).toHaveLength(before + 1);
    expect((await project.deployer.releases())[0]).toMatchObject({ status: 'done', targets: { done: 3 } });
    expect(await deployments()).toEqual(Object.fromEntries(TENANTS.map((name) => [name, updates ? 2 : 1])));
    expect((await project.deployer.deployAll({})).summary).toEqual({ unchanged: 3 });
  },
);

test('a target that was live already when its run died is taken back to what it ran before', async () => {
  project = await startFleet(['a', 'b']);
  const first = await project.deployer.deployAll({});
  await greet(project, ['a', 'b'], 'two');
  let calls: string[] = [];
  let die = (): void => undefined;
  const died = new Promise<void>((resolve) => (die = resolve));
  const forever = new Promise<never>(() => undefined);
  const deployer = project.another({
    runner: dead('one'),
    fetch: async (input, init) => {
      const request = toRequest(input, init);
      if (calls.includes('dead')) return forever;
      const answer = await project.emulator.fetch(request);
      if (request.method !== 'POST' || !request.url.endsWith('/deployments')) return answer;
      calls = ['dead'];
      die();
      return forever;
    },
  });
  const { id } = await Promise.race([deployer.deployAll({}), died]).then(
    async () => (await project.deployer.releases())[0] ?? { id: '' },
  );
  await rm(join(project.root, '.cf-deploy', 'locks'), { recursive: true, force: true });

  const back = await project.another({ runner: dead('two') }).rollbackRelease({ id });

  expect(back.results.map(({ tenant, versionId }) => [tenant, versionId])).toEqual([
    ['a', first.results[0]?.versionId],
  ]);
});

test('a release is not resumed while its process lives, nor in another folder; the reason is said', async () => {
  project = await startFleet(['a', 'b']);
  const alive = { name: 'host:1', isAlive: (name: string) => name === 'host:1' };
  let refused: unknown;
  const deployer = project.another({
    runner: alive,
    // While it writes, it is surely at work.
    fetch: async (input, init) => {
      const request = toRequest(input, init);
      if (request.method !== 'GET') {
        refused ??= await project
          .another({ runner: alive })
          .resume()
          .catch((error: unknown) => error);
      }
      return project.emulator.fetch(request);
    },
  });
  const run = await deployer.deployAll({ only: ['a'], parallel: 1 });
  expect(refused).toMatchObject({ code: 'RELEASE_ELSEWHERE', details: { runner: 'host:1' } });
  await expect(deployer.resume({ id: String(run.releaseId) })).rejects.toMatchObject({ code: 'USAGE' });
  await expect(deployer.resume({ id: 'r0' })).rejects.toMatchObject({ code: 'RELEASE_UNKNOWN' });
});

test('the folder of a release is its real one: by a link it is the same, a copy is another', async () => {
  project = await startFleet(['a', 'b']);
  await greet(project, ['b'], 'one', ['b']);
  const run = await project.deployer.deployAll({});
  expect(run.release?.status).toBe('failed');
  await greet(project, ['b'], 'one');
  const elsewhere = await mkdtemp(join(tmpdir(), 'cf-deploy-copy-'));
  await cp(project.root, join(elsewhere, 'copy'), { recursive: true });
  await symlink(project.root, join(elsewhere, 'link'));

  const id = String(run.releaseId);
  await expect(project.another({ root: join(elsewhere, 'copy') }).resume({ id })).rejects.toMatchObject({
    code: 'RELEASE_ELSEWHERE',
    message: expect.stringContaining(project.root) as string,
  });
  const resumed = await project.another({ root: join(elsewhere, 'link') }).resume({ id });
  expect(resumed.release?.status).toBe('done');
  await rm(elsewhere, { recursive: true, force: true });
});
