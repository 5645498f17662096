import { expect, onTestFinished, test } from 'vitest';
import {
  ACCOUNT,
  createFakeRuntime,
  startProject,
  tenantFile,
  type TestProject,
} from '../support/project.ts';

const target = { tenant: 'acme', env: '' };

async function start(wrangler: object): Promise<TestProject> {
  const project = await startProject({ emulator: { runtime: createFakeRuntime } });
  onTestFinished(() => project.close());
  await project.write('tenants/acme/wrangler.json', wrangler);
  await project.write('tenants/acme/tenant.config.json', tenantFile('acme', { healthCheck: false }));
  return project;
}

/** Deployed once, unchanged after that, without drift; then `change` makes one upload. */
async function settles(project: TestProject, change: () => Promise<void>): Promise<string[]> {
  expect(await project.deployer.deploy(target)).toMatchObject({
    status: 'deployed',
    endState: 'live',
    error: null,
  });
  expect((await project.deployer.drift(target)).changes).toEqual([]);
  expect((await project.deployer.deploy(target)).status).toBe('unchanged');
  await change();
  project.clear();
  expect(await project.deployer.deploy(target)).toMatchObject({ status: 'deployed', endState: 'live' });
  return project.writes();
}

test('a Worker of static assets alone', async () => {
  const project = await start({
    name: 'acme',
    compatibility_date: '2026-02-01',
    assets: { directory: 'public' },
  });
  await project.write('tenants/acme/public/index.html', '<h1>one</h1>');

  const writes = await settles(project, () =>
    project.write('tenants/acme/public/index.html', '<h1>two</h1>'),
  );

  expect(writes).toEqual([
    'POST /scripts/acme/assets-upload-session',
    'POST /assets/upload',
    'POST /scripts/acme/versions',
    'POST /scripts/acme/deployments',
  ]);
});

test('a Worker of static assets alone has its settings after the first deploy, as the plan said', async () => {
  const project = await start({
    name: 'acme',
    compatibility_date: '2026-02-01',
    assets: { directory: 'public' },
    observability: { enabled: true },
  });
  await project.write('tenants/acme/public/index.html', '<h1>one</h1>');
  const { changes } = await project.deployer.plan(target);
  expect(changes.map(({ path }) => path)).toContain('settings.observability');
  expect((await project.deployer.deploy(target)).error).toBeNull();
  expect((await project.deployer.drift(target)).changes).toEqual([]);
});

test('a Worker in service-worker format is uploaded as a script each time', async () => {
  const project = await start({ name: 'acme', main: 'src/index.js', compatibility_date: '2026-02-01' });
  const source = (text: string): string =>
    `function fetch(event) { event.respondWith(new Response('${text}')); }\naddEventListener('fetch', fetch);\n`;
  await project.write('tenants/acme/src/index.js', source('one'));

  const writes = await settles(project, () => project.write('tenants/acme/src/index.js', source('two')));

  expect(writes).toEqual(['PUT /scripts/acme']);
});

test('a second migration is sent with the tag before it, and the plan says there is no way back', async () => {
  const wrangler = (...tags: string[]): object => ({
    name: 'acme',
    main: 'src/index.js',
    compatibility_date: '2026-02-01',
    durable_objects: { bindings: [{ name: 'ROOM', class_name: 'Room' }] },
    migrations: [
      { tag: 'v1', new_sqlite_classes: ['Room'] },
      { tag: 'v2', new_sqlite_classes: ['Hall'] },
    ].filter(({ tag }) => tags.includes(tag)),
  });
  const project = await start(wrangler('v1'));
  await project.write(
    'tenants/acme/src/index.js',
    'export class Room {}\nexport class Hall {}\nexport default { fetch() {} };\n',
  );

  const writes = await settles(project, async () => {
    await project.write('tenants/acme/wrangler.json', wrangler('v1', 'v2'));
    expect(await project.deployer.plan(target)).toMatchObject({
      upload: 'script',
      reversible: { possible: false, why: expect.stringContaining('v2') as unknown },
      changes: [{ path: 'migrations', desired: 'v2', actual: 'v1' }],
    });
  });

  expect(writes).toEqual(['PUT /scripts/acme']);
  expect(project.emulator.admin.scripts(ACCOUNT)[0]?.migrationTag).toBe('v2');
  await expect(project.deployer.rollback(target)).rejects.toMatchObject({
    code: 'ROLLBACK_IMPOSSIBLE',
    message: expect.stringContaining('migration v2 came after it') as unknown,
  });
});

test('settings, limits, placement and flags settle', async () => {
  const fields = {
    name: 'acme',
    main: 'src/index.js',
    compatibility_date: '2026-02-01',
    compatibility_flags: ['nodejs_compat', 'global_fetch_strictly_public'],
    limits: { cpu_ms: 50 },
    placement: { mode: 'smart' },
    logpush: true,
    observability: { enabled: true, head_sampling_rate: 0.5 },
    workers_dev: false,
    preview_urls: false,
    env: { staging: {} },
  };
  const project = await start(fields);

  const writes = await settles(project, () =>
    project.write('tenants/acme/wrangler.json', { ...fields, limits: { cpu_ms: 100 }, logpush: false }),
  );

  expect(writes).toEqual([
    'POST /scripts/acme/versions',
    'POST /scripts/acme/deployments',
    'PATCH /scripts/acme/script-settings',
  ]);
});

test('files of a service-worker script that became bindings are its code, and settle', async () => {
  const project = await start({
    name: 'acme',
    main: 'src/index.js',
    compatibility_date: '2026-02-01',
    text_blobs: { NOTE: 'src/note.txt' },
  });
  await project.write(
    'tenants/acme/src/index.js',
    "function fetch() { return NOTE; }\naddEventListener('fetch', fetch);\n",
  );
  await project.write('tenants/acme/src/note.txt', 'one');

  const writes = await settles(project, () => project.write('tenants/acme/src/note.txt', 'two'));

  expect(writes).toEqual(['PUT /scripts/acme']);
});

test('streaming tail consumers travel with the upload, since no setting takes them', async () => {
  const fields = { name: 'acme', main: 'src/index.js', compatibility_date: '2026-02-01' };
  const project = await start({ ...fields, streaming_tail_consumers: [{ service: 'acme' }] });

  const writes = await settles(project, () => project.write('tenants/acme/wrangler.json', fields));

  expect(writes).toEqual(['POST /scripts/acme/versions', 'POST /scripts/acme/deployments']);
});
