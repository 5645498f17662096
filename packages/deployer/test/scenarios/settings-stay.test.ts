import { LOCAL_TOKEN } from '@cf-deploy/emulator';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  ACCOUNT,
  createFakeRuntime,
  startProject,
  tenantFile,
  type TestProject,
  wranglerFile,
} from '../support/project.ts';

const target = { tenant: 'acme' };
const inNamespace = { ...target, dispatchNamespace: 'customers' };
const IN_NAMESPACE = '/dispatch/namespaces/customers/scripts/acme';
type Json = Readonly<Record<string, object | string | boolean | null>>;
/** In a format of which no version can be uploaded beside the live one. */
const source = (text: string): string =>
  `function fetch(event) { event.respondWith(new Response('${text}')); }\naddEventListener('fetch', fetch);\n`;

async function start(to: object, fields: Readonly<Record<string, unknown>> = {}): Promise<TestProject> {
  const project = await startProject({ emulator: { runtime: createFakeRuntime } });
  onTestFinished(() => project.close());
  await project.emulator.admin.seed({ dispatchNamespaces: [{ accountId: ACCOUNT, name: 'customers' }] });
  await project.write('tenants/acme/tenant.config.json', tenantFile('acme', { healthCheck: false }));
  await project.write(
    'tenants/acme/wrangler.json',
    wranglerFile('acme', { version_metadata: undefined, ...fields }),
  );
  await project.write('tenants/acme/src/index.js', source('one'));
  expect(await project.deployer.deploy({ ...target, ...to })).toMatchObject({
    status: 'deployed',
    error: null,
  });
  return project;
}

/** What somebody set elsewhere. */
const KEPT = { logpush: true, tail_consumers: [{ service: 'acme' }] };

async function call(project: TestProject, path: string, init: RequestInit = {}): Promise<Json> {
  const headers = { authorization: `Bearer ${LOCAL_TOKEN}`, ...init.headers };
  const url = `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/workers${path}`;
  const response = await project.emulator.fetch(new Request(url, { ...init, headers }));
  const answer = (await response.json()) as { success: boolean; result: Json };
  expect(answer).toMatchObject({ success: true, errors: [] });
  return answer.result;
}

async function edit(project: TestProject, to: object): Promise<void> {
  if (!('dispatchNamespace' in to)) {
    await call(project, '/scripts/acme/script-settings', { method: 'PATCH', body: JSON.stringify(KEPT) });
    return;
  }
  const { annotations } = await settings(project, to);
  const message = (annotations as Json | undefined)?.['workers/message'];
  const body = new FormData();
  body.set('settings', JSON.stringify({ ...KEPT, annotations: { 'workers/message': message } }));
  await call(project, `${IN_NAMESPACE}/settings`, { method: 'PATCH', body });
}

const settings = (project: TestProject, to: object): Promise<Json> =>
  call(project, 'dispatchNamespace' in to ? `${IN_NAMESPACE}/settings` : '/scripts/acme/settings');

describe.each([
  ['a script that is live at once', target],
  ['a script of a dispatch namespace', inNamespace],
])('an upload of %s', (_what, to) => {
  test('leaves the settings that the plan says it leaves', async () => {
    const project = await start(to);
    await edit(project, to);
    await project.write('tenants/acme/src/index.js', source('two'));
    expect((await project.deployer.plan(to)).left.map(({ path }) => path)).toEqual([
      'settings.logpush',
      'settings.tail_consumers',
    ]);
    expect(await project.deployer.deploy(to)).toMatchObject({ status: 'deployed', error: null });
    expect(await settings(project, to)).toMatchObject(KEPT);
  });

  test('leaves those that drift.ignore leaves to others, and sets the others', async () => {
    const project = await start(to, { logpush: false, observability: { enabled: true } });
    const config = tenantFile('acme', { healthCheck: false, drift: { ignore: ['settings.logpush'] } });
    await project.write('tenants/acme/tenant.config.json', config);
    await edit(project, to);
    await project.write('tenants/acme/src/index.js', source('two'));
    const fields = { logpush: false, observability: { enabled: true, head_sampling_rate: 0.5 } };
    await project.write(
      'tenants/acme/wrangler.json',
      wranglerFile('acme', { version_metadata: undefined, ...fields }),
    );
    expect((await project.deployer.deploy(to)).error).toBeNull();
    expect(await settings(project, to)).toMatchObject({ ...KEPT, observability: fields.observability });
  });

  test('leaves them when a rollback makes it', async () => {
    const project = await start(to);
    await project.write('tenants/acme/src/index.js', source('two'));
    expect((await project.deployer.deploy(to)).error).toBeNull();
    await edit(project, to);
    expect((await project.deployer.rollback({ ...to, force: true })).error).toBeNull();
    expect(await settings(project, to)).toMatchObject(KEPT);
  });
});
