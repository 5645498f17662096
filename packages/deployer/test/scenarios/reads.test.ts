import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  ACCOUNT,
  createFakeRuntime,
  HEALTHY,
  KV,
  startProject,
  wranglerFile,
  type TestProject,
} from '../support/project.ts';

const target = { tenant: 'acme' };
let project: TestProject;

beforeEach(async () => {
  project = await startProject({
    git: true,
    emulator: { runtime: createFakeRuntime },
    tenantConfig: { healthCheck: false },
  });
  await project.deployer.deploy(target);
  await project.write('tenants/acme/src/index.js', HEALTHY.replace("'one'", "'two'"));
});

afterEach(async () => {
  await project.close();
});

const gitOf =
  ({ root }: TestProject) =>
  (...args: string[]): string =>
    execFileSync('git', ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      encoding: 'utf8',
    });

const READS = [
  `/accounts/${ACCOUNT}/workers/scripts/acme/deployments`,
  `/accounts/${ACCOUNT}/workers/scripts/acme/settings`,
  `/accounts/${ACCOUNT}/workers/scripts/acme/subdomain`,
  `/accounts/${ACCOUNT}/workers/scripts/acme/versions/*`,
];

test.each(READS)(
  'when %s cannot be read, nothing is written and the error says what it was for',
  async (path) => {
    project.clear();
    project.emulator.admin.addFault({ method: 'GET', path, status: 500, code: 10002 });

    const error = await project.deployer.deploy(target).catch((thrown: unknown) => thrown);

    project.emulator.admin.clearFaults();
    expect(error).toMatchObject({ code: 'API_UNREACHABLE' });
    expect(String((error as Error).message)).toMatch(/^Could not (read|list)/);
    expect(project.writes()).toEqual([]);
  },
);

test.each(READS)('one hiccup of %s is nothing anybody notices', async (path) => {
  project.emulator.admin.addFault({ method: 'GET', path, status: 503, times: 1 });

  const plan = await project.deployer.plan(target);

  project.emulator.admin.clearFaults();
  expect(plan.changes.map((change) => change.path)).toEqual(['code']);
});

test('a commit that is older than the live one is refused, unless forced', async () => {
  const git = gitOf(project);
  await project.write('.gitignore', '.cf-deploy\ndeployments\n');
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-q', '-m', 'older');
  await project.write('tenants/acme/src/index.js', HEALTHY.replace("'one'", "'three'"));
  git('commit', '-q', '-a', '-m', 'newer');
  const deployed = await project.deployer.deploy(target);
  expect(deployed.status).toBe('deployed');
  const { versions } = await project.deployer.versions(target);
  expect(versions[0]?.commit).toBe(git('rev-parse', 'HEAD').trim());
  git('checkout', '-q', 'HEAD~1');
  project.clear();

  await expect(project.deployer.deploy(target)).rejects.toMatchObject({ code: 'STALE_COMMIT' });
  expect(project.writes()).toEqual([]);
  expect(await project.deployer.deploy({ ...target, force: true })).toMatchObject({ status: 'deployed' });
});

test('a first upload carries message and tag only, and its commit is known all the same', async () => {
  for (const name of ['tenant.config.json', 'src/index.js']) {
    const text = await project.read(`tenants/acme/${name}`);
    await project.write(`tenants/newer/${name}`, text.replaceAll('"acme"', '"newer"'));
  }
  await project.write('tenants/newer/wrangler.json', wranglerFile('newer', { kv_namespaces: [] }));
  await project.write('.gitignore', '.cf-deploy\ndeployments\n');
  const git = gitOf(project);
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-q', '-m', 'another tenant');

  await project.deployer.deploy({ tenant: 'newer', message: 'hello', tag: 'v1' });

  const script = project.emulator.admin.scripts(ACCOUNT).find(({ name }) => name === 'newer');
  expect(Object.keys(script?.versions[0]?.annotations ?? {}).toSorted()).toEqual([
    'workers/message',
    'workers/tag',
    'workers/triggered_by',
  ]);
  const { versions } = await project.deployer.versions({ tenant: 'newer' });
  expect(versions[0]?.commit).toBe(git('rev-parse', 'HEAD').trim());
});

test('a binding without an id keeps what is live, and is refused where there is nothing to keep', async () => {
  await project.write(
    'tenants/acme/wrangler.json',
    wranglerFile('acme', { kv_namespaces: [{ binding: 'CACHE' }] }),
  );
  expect((await project.deployer.drift(target)).changes.map(({ path }) => path)).not.toContain(
    'bindings.CACHE',
  );
  expect((await project.deployer.deploy({ ...target, force: true })).status).toBe('deployed');
  const [script] = project.emulator.admin.scripts(ACCOUNT);
  expect(script?.versions.at(-1)?.bindings).toContainEqual({
    type: 'kv_namespace',
    name: 'CACHE',
    namespace_id: KV,
  });

  await project.write(
    'tenants/acme/wrangler.json',
    wranglerFile('acme', { kv_namespaces: [{ binding: 'OTHER' }] }),
  );
  await expect(project.deployer.deploy({ ...target, force: true })).rejects.toMatchObject({
    code: 'RESOURCE_MISSING',
  });
});

test('every upload asks to be refused when something cannot be inherited', async () => {
  await project.deployer.deploy(target);
  await project.deployer.deploy({ ...target, force: true });
  const uploads = project.emulator.admin.journal
    .requests()
    .filter(({ method, path }) => method !== 'GET' && /\/scripts\/acme(\/versions)?$/.test(path));
  expect(uploads.map(({ method, query }) => [method, query['bindings_inherit']])).toEqual([
    ['PUT', 'strict'],
    ['POST', 'strict'],
    ['POST', 'strict'],
  ]);
});
