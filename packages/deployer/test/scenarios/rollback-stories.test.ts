import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOCAL_TOKEN } from '@cf-deploy/emulator';
import { expect, onTestFinished, test } from 'vitest';
import {
  ACCOUNT,
  createFakeRuntime,
  HEALTHY,
  startProject,
  wranglerFile,
  type TestProject,
} from '../support/project.ts';

const target = { tenant: 'acme' };
type Options = NonNullable<Parameters<typeof startProject>[0]>;

async function start(options: Options = {}): Promise<TestProject> {
  const project = await startProject({
    tenantConfig: { healthCheck: false },
    ...options,
    emulator: { runtime: createFakeRuntime, ...options.emulator },
  });
  onTestFinished(() => project.close());
  return project;
}

async function release(project: TestProject, greeting: string, to: object = target): Promise<string> {
  await project.write('tenants/acme/src/index.js', HEALTHY.replace("'one'", `'${greeting}'`));
  const result = await project.deployer.deploy({ ...target, ...to });
  expect(result.error).toBeNull();
  return String(result.versionId);
}

function live(project: TestProject, name = 'acme') {
  const script = project.emulator.admin.scripts(ACCOUNT).find((one) => one.name === name);
  const id = script?.deployments[0]?.versions[0]?.versionId ?? script?.versions.at(-1)?.id;
  return script?.versions.find((version) => version.id === id);
}

const secretOf = (project: TestProject): unknown =>
  live(project)?.bindings.find(({ name }) => name === 'KEY')?.['text'];

test('a script of a dispatch namespace goes back to the last upload of other code that was well', async () => {
  const project = await start();
  await project.emulator.admin.seed({ dispatchNamespaces: [{ accountId: ACCOUNT, name: 'customers' }] });
  const inNamespace = { ...target, dispatchNamespace: 'customers' };
  await release(project, 'one', inNamespace);
  const first = live(project)?.etag;
  await release(project, 'two', inNamespace);
  const plan = await project.deployer.planRollback(inNamespace);
  project.clear();

  const result = await project.deployer.rollback(inNamespace);

  expect(plan.findings.map(({ code }) => code)).toContain('uploaded-again');
  expect(result).toMatchObject({ status: 'deployed', endState: 'live', error: null });
  expect(project.writes()).toEqual(['PUT /dispatch/namespaces/customers/scripts/acme']);
  expect(live(project)?.etag).toBe(first);
  // And not back again to what was just left.
  await expect(project.deployer.rollback(inNamespace)).rejects.toMatchObject({ code: 'ROLLBACK_IMPOSSIBLE' });
});

test('in a dispatch namespace a rollback over a migration is refused beforehand', async () => {
  const project = await start();
  await project.emulator.admin.seed({ dispatchNamespaces: [{ accountId: ACCOUNT, name: 'customers' }] });
  const inNamespace = { ...target, dispatchNamespace: 'customers' };
  await release(project, 'one', inNamespace);
  await project.write(
    'tenants/acme/wrangler.json',
    wranglerFile('acme', {
      durable_objects: { bindings: [{ name: 'ROOM', class_name: 'Room' }] },
      migrations: [{ tag: 'v1', new_sqlite_classes: ['Room'] }],
    }),
  );
  await project.write('tenants/acme/src/index.js', `export class Room {}\n${HEALTHY}`);
  await project.deployer.deploy(inNamespace);
  project.clear();

  await expect(project.deployer.rollback(inNamespace)).rejects.toMatchObject({
    code: 'ROLLBACK_IMPOSSIBLE',
    message: expect.stringContaining('migration v1 came after it') as string,
  });
  expect(project.writes()).toEqual([]);
});

test('after somebody rolled back in the dashboard, a rollback does not bring the bad code back', async () => {
  const project = await start();
  const zero = await release(project, 'zero');
  const first = await release(project, 'one');
  const second = await release(project, 'two');
  await deployByHand(project, first);

  const result = await project.deployer.rollback(target);

  expect(result).toMatchObject({ status: 'deployed', endState: 'live', versionId: zero });
  expect(project.events).toContainEqual(
    expect.objectContaining({
      message: expect.stringContaining(`${second}: it was gone back from`) as string,
    }),
  );
});

test('after a rollback that uploaded old code again, the next one does not go to the bad code', async () => {
  const project = await start();
  await release(project, 'zero');
  await release(project, 'one');
  await project.deployer.secrets.put({ ...target, name: 'KEY', value: 'old-secret-value' });
  const second = await release(project, 'two');
  await project.deployer.secrets.put({ ...target, name: 'KEY', value: 'new-secret-value' });
  const back = await project.deployer.rollback(target);

  const next = await project.deployer.planRollback(target);

  expect(back).toMatchObject({ status: 'deployed', endState: 'live' });
  expect(secretOf(project)).toBe('new-secret-value');
  expect(String(next.changes[0]?.desired)).not.toContain(second);
  // Nor where nobody has the records.
  const elsewhere = project.another({ recordsDir: join(project.root, 'no-records') });
  expect(String((await elsewhere.planRollback(target)).changes[0]?.desired)).not.toContain(second);
});

test.each([
  ['Cloudflare refuses', {}],
  ['Cloudflare says nothing', { 'secrets-hold-back': 'alternative' as const }],
])('a rotated secret stays, whether or not %s', async (_what, assumptions) => {
  const project = await start({ emulator: { assumptions } });
  await release(project, 'zero');
  await project.deployer.secrets.put({ ...target, name: 'KEY', value: 'old-secret-value' });
  const first = await release(project, 'one');
  await release(project, 'two');
  await project.deployer.secrets.put({ ...target, name: 'KEY', value: 'new-secret-value' });

  expect(await project.deployer.rollback({ ...target, versionId: first })).toMatchObject({
    endState: 'live',
  });
  expect(secretOf(project)).toBe('new-secret-value');
});

/**
 * A Worker whose first version cannot be had back as it is, and nothing here tells: an upload in this tool's name brought
 * another value of a secret, as a fork or an older version might do.
 */
async function startUnforeseen(): Promise<{ readonly project: TestProject; readonly first: string }> {
  const project = await start();
  await release(project, 'zero');
  await project.deployer.secrets.put({ ...target, name: 'KEY', value: 'old-secret-value' });
  const first = await release(project, 'one');
  await release(project, 'two');
  const [script] = project.emulator.admin.scripts(ACCOUNT);
  const marker = String(script?.versions.at(-1)?.annotations['workers/message']);
  await uploadByHand(project, { marker, secret: 'new-secret-value' });
  return { project, first };
}

test('a refusal over a secret that nobody could foresee is answered by sending the kept upload', async () => {
  const { project, first } = await startUnforeseen();

  const result = await project.deployer.rollback({ ...target, versionId: first });

  expect(result).toMatchObject({ status: 'deployed', endState: 'live', broughtBack: first });
  expect(secretOf(project)).toBe('new-secret-value');
  expect(project.events).toContainEqual(
    expect.objectContaining({
      message: expect.stringContaining('refused because a secret changed') as string,
    }),
  );
});

test('after a move of traffic that was refused, only who has the traffic is read again', async () => {
  const { project, first } = await startUnforeseen();
  project.clear();

  await project.deployer.rollback({ ...target, versionId: first });

  const sent = project.calls.map(({ method, path }) => `${method} ${path.split('/scripts/acme/').at(-1)}`);
  const refused = sent.indexOf('POST deployments');
  // Then what an upload needs to know is read.
  expect(sent.slice(refused + 1, refused + 4)).toEqual([
    'GET deployments',
    'GET deployments',
    'GET settings',
  ]);
});

test('a refusal over a secret counts the calls of looking for another way that could not be read', async () => {
  const { project, first } = await startUnforeseen();
  project.clear();
  // What is looked at once Cloudflare has refused, and how things stand is told.
  const path = '/accounts/:account/workers/scripts/acme';
  const refused = { method: 'GET', status: 403, code: 10_000 };
  project.emulator.admin.addFault({ ...refused, path: `${path}/deployments`, nth: 4 });
  project.emulator.admin.addFault({ ...refused, path: `${path}/settings`, nth: 1 });

  const result = await project.deployer.rollback({ ...target, versionId: first });

  expect(result).toMatchObject({ endState: 'untouched', error: { code: 'ROLLBACK_IMPOSSIBLE' } });
  expect(result.calls).toBe(project.calls.length);
});

test('with settings, routes and crons come back from the record too, and without them they stay', async () => {
  const project = await start();
  const triggers = (cron: string): object => wranglerFile('acme', { triggers: { crons: [cron] } });
  await project.write('tenants/acme/wrangler.json', triggers('0 1 * * *'));
  const first = await release(project, 'one');
  await project.write('tenants/acme/wrangler.json', triggers('0 2 * * *'));
  await release(project, 'two');
  const crons = (): readonly string[] =>
    project.emulator.admin.scripts(ACCOUNT)[0]?.schedules.map(({ cron }) => cron) ?? [];

  await project.deployer.rollback({ ...target, versionId: first });
  expect(crons()).toEqual(['0 2 * * *']);
  await release(project, 'three');
  const result = await project.deployer.rollback({ ...target, versionId: first, withSettings: true });

  expect(result).toMatchObject({ status: 'deployed', endState: 'live', versionId: first, leftovers: [] });
  expect(result.steps.map(({ kind }) => kind)).toEqual(['promote', 'crons']);
  expect(crons()).toEqual(['0 1 * * *']);
});

test('settings that no record tells are not guessed', async () => {
  const project = await start();
  const first = await release(project, 'one');
  await release(project, 'two');
  const elsewhere = project.another({ recordsDir: join(project.root, 'no-records') });
  project.clear();

  await expect(elsewhere.rollback({ ...target, versionId: first, withSettings: true })).rejects.toMatchObject(
    { code: 'ROLLBACK_IMPOSSIBLE', message: expect.stringContaining('No record') as string },
  );
  expect(project.writes()).toEqual([]);
});

test('two Workers of a tenant go back each on its own, with its own uploads and secrets', async () => {
  const project = await start({ tenants: [] });
  await project.write(
    'cf-deploy.config.mjs',
    "export default { workers: { front: { path: 'workers/front' }, back: { path: 'workers/back' } } };",
  );
  const row = { tenantId: 'acme', accountId: ACCOUNT, accountSubdomain: 'test', healthCheck: false };
  await project.write('tenants.jsonl', JSON.stringify(row));
  const deployer = project.another();
  const releaseBoth = async (greeting: string): Promise<void> => {
    for (const name of ['front', 'back']) {
      await project.write(`workers/${name}/wrangler.json`, wranglerFile(name, { kv_namespaces: [] }));
      await project.write(`workers/${name}/src/index.js`, HEALTHY.replace("'one'", `'${greeting} ${name}'`));
      expect((await deployer.deploy({ tenant: 'acme', worker: name })).error).toBeNull();
    }
  };
  await releaseBoth('one');
  const first = { front: live(project, 'front')?.etag, back: live(project, 'back')?.etag };
  await releaseBoth('two');
  await deployer.secrets.put({ tenant: 'acme', worker: 'back', name: 'KEY', value: 'a-secret-value' });
  const two = live(project, 'front')?.etag;

  const back = await deployer.rollback({ tenant: 'acme', worker: 'back' });
  expect(back).toMatchObject({
    scriptName: 'back',
    endState: 'live',
    broughtBack: expect.any(String) as string,
  });
  expect([live(project, 'front')?.etag, live(project, 'back')?.etag]).toEqual([two, first.back]);

  const front = await deployer.rollback({ tenant: 'acme', worker: 'front' });
  expect(front).toMatchObject({ scriptName: 'front', endState: 'live' });
  expect(live(project, 'front')?.etag).toBe(first.front);
});

test('what is said beforehand names what a rollback does not take back', async () => {
  const project = await start();
  await release(project, 'one');
  await release(project, 'two');

  const { findings, steps } = await project.deployer.planRollback(target);

  expect(findings.map(({ message }) => message)).toEqual([
    'CACHE: its keys stay as they are.',
    expect.stringContaining('--with-settings') as string,
  ]);
  expect(steps.map(({ kind }) => kind)).toEqual(['promote']);
});

test('the record of a rollback that uploads names the commit of the code, not that of the checkout', async () => {
  const shas = ['a'.repeat(40), 'b'.repeat(40)];
  let sha = shas[0] ?? '';
  const project = await start({
    deployer: {
      git: {
        commit: async () => ({ sha, dirty: false }),
        isAncestor: async (older, newer) => shas.indexOf(older) <= shas.indexOf(newer),
        tracked: async () => [],
        changedFiles: async () => [],
        fileAt: async () => null,
      },
    },
  });
  await release(project, 'zero');
  const first = await release(project, 'one');
  sha = shas[1] ?? '';
  await release(project, 'two');
  await project.deployer.secrets.put({ ...target, name: 'KEY', value: 'a-secret-value' });

  const { record } = await project.deployer.rollback({ ...target, versionId: first });

  const text = await readFile(join(project.root, String(record)), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ kind: 'rollback', git: { commit: shas[0] } });
  expect(live(project)?.annotations['workers/commit_sha']).toBe(shas[0]);
});

async function deployByHand(project: TestProject, versionId: string): Promise<void> {
  await send(project, 'deployments', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ strategy: 'percentage', versions: [{ version_id: versionId, percentage: 100 }] }),
  });
}

async function uploadByHand(
  project: TestProject,
  { marker, secret }: { readonly marker: string; readonly secret: string },
): Promise<void> {
  const form = new FormData();
  form.set(
    'metadata',
    JSON.stringify({
      main_module: 'index.js',
      compatibility_date: '2026-02-01',
      bindings: [{ type: 'secret_text', name: 'KEY', text: secret }],
      annotations: { 'workers/message': marker },
    }),
  );
  form.set(
    'index.js',
    new File([HEALTHY], 'index.js', { type: 'application/javascript+module' }),
    'index.js',
  );
  const { id } = await send(project, 'versions', { body: form });
  await deployByHand(project, id);
}

async function send(project: TestProject, what: string, init: RequestInit): Promise<{ id: string }> {
  const response = await project.emulator.fetch(
    new Request(`https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/workers/scripts/acme/${what}`, {
      method: 'POST',
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${LOCAL_TOKEN}` },
    }),
  );
  expect(response.status).toBe(200);
  return ((await response.json()) as { result: { id: string } }).result;
}
