import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createEmulator, LOCAL_TOKEN, type Emulator } from '@cf-deploy/emulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCli, type JsonRun } from './support/run-cli.ts';

const ACCOUNT = '0123456789abcdef0123456789abcdef';
let root: string;
let emulator: Emulator;
let baseUrl: string;

async function write(name: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, name)), { recursive: true });
  await writeFile(join(root, name), text);
}

/** To a good end. */
async function cli(...args: string[]): Promise<JsonRun['result']> {
  const env = { CLOUDFLARE_API_TOKEN: LOCAL_TOKEN, CLOUDFLARE_API_BASE_URL: baseUrl };
  const { json } = await runCli([...args, '--json'], { cwd: root, env });
  expect(json.error ?? null).toBeNull();
  expect(json.exitCode).toBe(0);
  return json.result;
}

interface Result {
  readonly tenant: string;
  readonly worker: string;
  readonly versionId: string;
  readonly previousVersionId: string;
}
const order = ({ results }: { readonly results: readonly Result[] }): readonly string[] =>
  results.map(({ tenant, worker }) => `${tenant}/${worker}`);
const versions = ({ results }: { readonly results: readonly Result[] }): ReadonlyMap<string, string> =>
  new Map(results.map(({ tenant, worker, versionId }) => [`${tenant}/${worker}`, versionId]));

/** Versions that are live, and those that were before the last release. */
let live: ReadonlyMap<string, string>;
let before: ReadonlyMap<string, string>;
let two: { readonly results: readonly Result[]; readonly releaseId: string };

/** Both Workers of both tenants, with code that says this. */
async function release(word: string): Promise<typeof two> {
  for (const name of ['front', 'back'])
    await write(
      `${name}/index.js`,
      `export default { fetch() { return new Response("${word} ${name}"); } };\n`,
    );
  before = live;
  const released = await cli('deploy', '--all', '--no-check-startup');
  live = versions(released);
  return released;
}

/** Goes back, to what was live before. */
async function goBack(...args: string[]): Promise<readonly string[]> {
  const back = await cli('rollback', ...args);
  const changed = versions(back);
  expect(before.size).toBe(4);
  for (const [target, versionId] of changed) expect(versionId).toBe(before.get(target));
  live = new Map([...live, ...changed]);
  return order(back);
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cf-deploy-cli-workers-'));
  emulator = await createEmulator({
    accounts: [{ id: ACCOUNT, subdomain: 'test' }],
    runtime: 'double',
    rateLimit: null,
  });
  baseUrl = `${(await emulator.listen()).url}/client/v4`;
  const wrangler = (name: string, more: object = {}): string =>
    JSON.stringify({ name, main: 'index.js', compatibility_date: '2026-02-01', ...more });
  await write('front/wrangler.json', wrangler('front', { services: [{ binding: 'BACK', service: 'back' }] }));
  await write('back/wrangler.json', wrangler('back'));
  await write(
    'cf-deploy.config.mjs',
    `export default { workers: {
      front: { path: 'front', overrides: ({ tenant }) => ({
        name: 'front-' + tenant.id, services: { BACK: { service: 'back-' + tenant.id } } }) },
      back: { path: 'back', overrides: { name: 'back-\${tenant.id}' } },
    } };`,
  );
  const row = (tenantId: string): string =>
    JSON.stringify({ tenantId, accountId: ACCOUNT, accountSubdomain: 'test', healthCheck: false });
  await write('tenants.jsonl', `${row('acme')}\n${row('beta')}\n`);
  live = new Map();
  await release('first');
});

afterAll(async () => {
  await emulator.close();
  await rm(root, { recursive: true, force: true });
});

describe('a tenant with two Workers', () => {
  describe('goes back', () => {
    let round = 0;
    beforeEach(async () => {
      two = await release(`round ${++round}`);
    });

    it('against the order in which it was deployed', async () => {
      expect(order(two)).toEqual(['acme/back', 'acme/front', 'beta/back', 'beta/front']);
      expect(await goBack('--tenant=acme')).toEqual(['acme/front', 'acme/back']);
      // Nobody asked for the other tenant.
      const { versions: others } = await cli('versions', '--tenant=beta', '--worker=back');
      expect(others[0]).toMatchObject({ versionId: versions(two).get('beta/back'), percentage: 100 });
    });

    it('so with every other tenant', async () => {
      expect(await goBack('--all')).toEqual(['acme/front', 'acme/back', 'beta/front', 'beta/back']);
    });

    it('so with its release', async () => {
      const released = `--release=${two.releaseId}`;
      expect(await goBack(released)).toEqual(['beta/front', 'beta/back', 'acme/front', 'acme/back']);
    });
  });

  it('has versions and secrets of each of them, by its name', async () => {
    const target = ['--tenant=acme', '--worker=front'];
    expect(await cli('versions', ...target)).toMatchObject({ worker: 'front', scriptName: 'front-acme' });
    expect(await cli('secrets', 'list', ...target)).toMatchObject({ worker: 'front', secrets: [] });
  });

  it('would be destroyed whole, and no other tenant, unless one Worker is named', async () => {
    const scripts = async (...named: string[]): Promise<readonly string[]> => {
      const { results } = await cli('destroy', '--tenant=acme', '--dry-run', ...named);
      return (results as readonly { readonly scriptName: string }[]).map(({ scriptName }) => scriptName);
    };
    expect(await scripts()).toEqual(['front-acme', 'back-acme']);
    const front = [`--account=${ACCOUNT}`, '--script=front-acme', '--take-over'];
    expect(await scripts(...front)).toEqual(['front-acme']);
  });
});
