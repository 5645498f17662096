import type { Deployer } from '@cf-deploy/deployer';
import { expect, onTestFinished, test } from 'vitest';
import {
  ACCOUNT,
  createFakeRuntime,
  HEALTHY,
  KV,
  startProject,
  tenantFile,
  type TestProject,
} from '../support/project.ts';

const TENANTS = ['acme', 'globex', 'initech'];
const IN_NAMESPACE = { dispatchNamespace: 'customers' };
const API = `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/workers/dispatch/namespaces/customers/scripts`;

async function startFleet(wrangler: Readonly<Record<string, unknown>> = {}): Promise<TestProject> {
  const project = await startProject({
    tenants: TENANTS,
    emulator: { runtime: createFakeRuntime },
    wrangler: { observability: { enabled: true }, ...wrangler },
  });
  onTestFinished(() => project.close());
  await project.emulator.admin.seed({ dispatchNamespaces: [{ accountId: ACCOUNT, name: 'customers' }] });
  return project;
}

async function changeAll(project: TestProject, greeting: string): Promise<void> {
  for (const tenant of TENANTS) {
    await project.write(`tenants/${tenant}/src/index.js`, HEALTHY.replace("'one'", `'${greeting}'`));
  }
}

/** The code of each Worker of the namespace, as the API gives it. */
async function codes(project: TestProject): Promise<readonly string[]> {
  return Promise.all(
    TENANTS.map(async (tenant) => {
      const answer = await project.emulator.fetch(new Request(`${API}/${tenant}/content`, HEADERS));
      return /greeting: "(\w+)"/.exec(await answer.text())?.[1] ?? '?';
    }),
  );
}
const HEADERS = { headers: { Authorization: 'Bearer local-emulator-token' } };

test('a fleet in a dispatch namespace is released, looked at, taken back and destroyed as any other', async () => {
  const project = await startFleet();
  const { deployer } = project;
  expect(await deployer.deployAll(IN_NAMESPACE)).toMatchObject({ summary: { deployed: 3 } });
  expect(project.writes()).toEqual(
    TENANTS.map((tenant) => `PUT /dispatch/namespaces/customers/scripts/${tenant}`),
  );
  expect(await deployer.deployAll(IN_NAMESPACE)).toMatchObject({ summary: { unchanged: 3 } });
  const drift = await deployer.driftAll(IN_NAMESPACE);
  expect(drift.results.map(({ outcome }) => outcome)).toEqual(['clean', 'clean', 'clean']);
  const status = await deployer.statusAll(IN_NAMESPACE);
  expect(status.results.map(({ exists, dispatchNamespace }) => [exists, dispatchNamespace])).toEqual(
    TENANTS.map(() => [true, 'customers']),
  );

  await changeAll(project, 'two');
  const release = await deployer.deployAll(IN_NAMESPACE);
  expect(release).toMatchObject({ summary: { deployed: 3 } });
  expect(await codes(project)).toEqual(['two', 'two', 'two']);
  expect(new Set(release.results.map(({ upload }) => upload)).size).toBe(3);

  project.clear();
  const back = await deployer.rollbackRelease({ id: release.releaseId ?? '' });
  expect(back.results.map(({ error }) => error)).toEqual([null, null, null]);
  expect(back.release?.status).toBe('done');
  expect(await codes(project)).toEqual(['one', 'one', 'one']);
  expect(project.writes()).toEqual(
    TENANTS.toReversed().map((tenant) => `PUT /dispatch/namespaces/customers/scripts/${tenant}`),
  );

  const gone = await deployer.destroyAll({ ...IN_NAMESPACE, withData: false });
  expect(gone.results.map((result) => result.status)).toEqual(TENANTS.map(() => 'destroyed'));
});

test('taking back leaves a Worker of the namespace to whoever uploaded it since', async () => {
  const project = await startFleet();
  await project.deployer.deployAll(IN_NAMESPACE);
  await changeAll(project, 'two');
  const release = await project.deployer.deployAll(IN_NAMESPACE);
  const form = new FormData();
  form.set('metadata', JSON.stringify({ main_module: 'a.js', compatibility_date: '2026-02-01' }));
  form.set(
    'a.js',
    new File(['export default { fetch() { return Response.json({ greeting: "theirs" }); } }'], 'a.js', {
      type: MODULE,
    }),
  );
  const theirs = await project.emulator.fetch(
    new Request(`${API}/globex`, { method: 'PUT', body: form, ...HEADERS }),
  );
  expect(theirs.status).toBe(200);
  const back = await project.deployer.rollbackRelease({ id: release.releaseId ?? '' });
  expect(back.results.map(({ tenant, error }) => [tenant, error?.code ?? null])).toEqual([
    ['initech', null],
    ['globex', 'CONFLICT'],
    ['acme', null],
  ]);
  expect(await codes(project)).toEqual(['one', 'theirs', 'one']);
});
const MODULE = 'application/javascript+module';

test('a release in a namespace that stopped half-way is resumed there', async () => {
  const project = await startFleet();
  project.emulator.admin.addFault({
    method: 'PUT',
    path: '/accounts/*/workers/dispatch/namespaces/customers/scripts/globex',
    status: 400,
    code: 10021,
    times: 1,
  });
  const first = await project.deployer.deployAll(IN_NAMESPACE);
  expect(first.release?.status).toBe('failed');
  expect(await project.deployer.resume({})).toMatchObject({ release: { status: 'done' } });
  expect(await codes(project)).toEqual(['one', 'one', 'one']);
});

test('two Workers of a namespace never share a file: the same one has another hash for each', async () => {
  const project = await startFleet({ assets: { directory: 'public' } });
  for (const tenant of TENANTS) await project.write(`tenants/${tenant}/public/index.html`, '<h1>a</h1>\n');
  expect(await project.deployer.deployAll(IN_NAMESPACE)).toMatchObject({ summary: { deployed: 3 } });
  const uploads = project.calls.filter(({ path }) => path.endsWith('/assets/upload'));
  expect(uploads).toHaveLength(3);
  // Among the account's own Workers the hash is the one of everybody's tools, and is sent once.
  expect((await project.deployer.deployAll({ verify: false })).results.map(({ error }) => error)).toEqual([
    null,
    null,
    null,
  ]);
  expect(project.calls.filter(({ path }) => path.endsWith('/assets/upload'))).toHaveLength(4);
});

test('secrets and tags of Workers of a namespace go with each upload, and stay when the next knows no value', async () => {
  const project = await startFleet({ env: { production: {} } });
  const inProduction = { ...IN_NAMESPACE, env: 'production' };
  for (const tenant of TENANTS) {
    await project.write(`tenants/${tenant}/tenant.config.json`, tenantFile(tenant, SECRET));
    await project.write(`tenants/${tenant}/.env`, `API_KEY=planted-value-of-${tenant}-0123\n`);
  }
  const expected = TENANTS.map((tenant) => [
    `planted-value-of-${tenant}-0123`,
    ['cf:environment=production', `cf:service=${tenant}`],
  ]);
  expect(await project.deployer.deployAll(inProduction)).toMatchObject({ summary: { deployed: 3 } });
  expect(kept(project)).toEqual(expected);

  for (const tenant of TENANTS) await project.write(`tenants/${tenant}/.env`, '');
  await changeAll(project, 'two');
  const again = await project.another().deployAll(inProduction);
  expect(again).toMatchObject({ summary: { deployed: 3 } });
  expect(kept(project)).toEqual(expected);
  const drift = await project.another().driftAll(inProduction);
  expect(drift.results.map(({ outcome }) => outcome)).toEqual(['clean', 'clean', 'clean']);
  // Nobody looks there for Workers that are nobody's: nothing is said of them, here or of the account.
  expect((await project.another().statusAll(inProduction)).orphans).toBeNull();
  expect((await project.another().planPrune()).results).toEqual([]);
});
const SECRET = { requiredSecrets: ['API_KEY'] };

/** Of each Worker of the namespace the value of its secret, and its tags. */
function kept(project: TestProject): readonly (readonly [unknown, readonly string[]])[] {
  const scripts = project.emulator.admin
    .scripts(ACCOUNT)
    .filter(({ dispatchNamespace }) => dispatchNamespace === 'customers');
  return TENANTS.map((tenant) => {
    const script = scripts.find(({ name }) => name === `${tenant}-production`);
    const secret = script?.versions.at(-1)?.bindings.find(({ name }) => name === 'API_KEY');
    return [secret?.['text'], (script?.settings.tags ?? []).toSorted()] as const;
  });
}

test('a sick Worker of a namespace stops the release, stays as its own deploy left it, and goes back with the release', async () => {
  const project = await startFleet();
  await project.write('cf-deploy.config.mjs', FRONT);
  for (const tenant of TENANTS) {
    const url = `https://front.example.com/${tenant}`;
    const healthCheck = { url, expectJson: { status: 'ok' }, attempts: 1, successes: 1 };
    await project.write(`tenants/${tenant}/tenant.config.json`, tenantFile(tenant, { healthCheck }));
  }
  // The Worker in front of the namespace, which answers with what the tenant's Worker would.
  const workerFetch = async (url: string | URL | Request): Promise<Response> => {
    const tenant = new URL(url instanceof Request ? url.url : url).pathname.slice(1);
    const code = await (
      await project.emulator.fetch(new Request(`${API}/${tenant}/content`, HEADERS))
    ).text();
    return Response.json({
      status: code.includes("'broken'") || code.includes('"broken"') ? 'broken' : 'ok',
    });
  };
  const deployer = (): Deployer => project.another({ workerFetch });
  expect(await deployer().deployAll(IN_NAMESPACE)).toMatchObject({ summary: { deployed: 3 } });

  await changeAll(project, 'two');
  const sick = HEALTHY.replace("'one'", "'two'").replace("status: 'ok'", "status: 'broken'");
  await project.write('tenants/globex/src/index.js', sick);
  const release = await deployer().deployAll(IN_NAMESPACE);
  expect(release.results.map(({ tenant, status, error }) => [tenant, status, error?.code ?? null])).toEqual([
    ['acme', 'deployed', null],
    ['globex', 'failed', 'HEALTH_FAILED'],
  ]);
  expect(release.release).toMatchObject({ status: 'failed' });
  expect(await codes(project)).toEqual(['two', 'two', 'one']);

  const back = await deployer().rollbackRelease({ id: release.releaseId ?? '' });
  expect(back.results.map(({ tenant, error }) => [tenant, error])).toEqual([
    ['globex', null],
    ['acme', null],
  ]);
  expect(await codes(project)).toEqual(['one', 'one', 'one']);
});
const FRONT = `export default { healthHosts: ['https://front.example.com'], sharedResources: ['${KV}'] };\n`;
