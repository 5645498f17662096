import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConflictError, startFailure } from '@cf-deploy/deployer';
import {
  ACCOUNT,
  createFakeRuntime,
  HEALTHY,
  startProject,
  wranglerFile,
  type TestProject,
} from '../support/project.ts';
import { toRequest } from '../support/request.ts';

const target = { tenant: 'acme' };
const NEWER = HEALTHY.replace("'one'", "'two'");
let project: TestProject;

beforeEach(async () => {
  project = await startProject({
    emulator: { runtime: createFakeRuntime },
    tenantConfig: { healthCheck: false },
  });
  await project.deployer.deploy(target);
});

afterEach(async () => {
  await project.close();
});

test('a deploy stops before promotion when somebody else deployed since the plan, and says who', async () => {
  await project.write('tenants/acme/src/index.js', NEWER);
  const somebody = project.emulator.admin.editAs({ email: 'someone@example.com' });
  const meanwhile = project.another({
    onEvent: (event) => {
      if (event.type === 'step' && event.step === 'upload-version' && event.status === 'done') {
        void somebody.setVariable(ACCOUNT, 'acme', 'COLOUR', 'green');
      }
    },
  });

  const result = await meanwhile.deploy(target);

  expect(result).toMatchObject({ status: 'failed', error: { code: 'CONFLICT' } });
  expect(result.error?.message.match(/someone@example\.com deployed/g)).toHaveLength(1);
  expect(result.steps.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
    'upload-version left',
    'promote failed',
  ]);
  expect(result.leftovers[0]).toContain(String(result.versionId));
});

test('a second deploy of the same tenant on this machine is refused while the first one runs', async () => {
  await project.write('tenants/acme/src/index.js', NEWER);
  let refused: unknown;
  const first = project.another({
    fetch: async (input, init) => {
      const request = toRequest(input, init);
      // The first write is surely made under the lock.
      if (request.method === 'POST' && refused === undefined) {
        refused = await project
          .another()
          .deploy(target)
          .catch((error: unknown) => error);
      }
      return project.emulator.fetch(request);
    },
  });

  expect((await first.deploy(target)).status).toBe('deployed');

  expect(refused).toBeInstanceOf(ConflictError);
  expect(refused).toMatchObject({ code: 'LOCKED', exitCode: 1 });
});

test('a binding to something that does not exist stops the deploy before anything is sent', async () => {
  const missing = 'ffffffffffffffffffffffffffffffff';
  await project.write(
    'tenants/acme/wrangler.json',
    wranglerFile('acme', { kv_namespaces: [{ binding: 'CACHE', id: missing }] }),
  );
  project.clear();

  await expect(project.deployer.deploy(target)).rejects.toMatchObject({
    code: 'RESOURCE_MISSING',
    message: expect.stringContaining(missing) as unknown,
  });

  expect(project.writes()).toEqual([]);
  expect(await project.deployer.plan(target)).toMatchObject({
    findings: [{ severity: 'error', code: 'resource-missing', path: 'bindings.CACHE' }],
  });
});

test('a route of another Worker is found before anything is uploaded', async () => {
  await project.emulator.admin.seed({ zones: [{ accountId: ACCOUNT, name: 'example.com' }] });
  await project.write(
    'tenants/acme/wrangler.json',
    wranglerFile('acme', { routes: [{ pattern: 'example.com/*', zone_name: 'example.com' }] }),
  );
  expect(await project.deployer.deploy(target)).toMatchObject({ status: 'deployed' });
  // Its files no longer say so; what is live does.
  await project.write('tenants/acme/wrangler.json', wranglerFile('acme'));
  for (const [name, content] of Object.entries({
    'wrangler.json': wranglerFile('other', {
      kv_namespaces: [],
      routes: [{ pattern: 'example.com/*', zone_name: 'example.com' }],
    }),
    'tenant.config.json': {
      tenantId: 'other',
      accountId: ACCOUNT,
      accountSubdomain: 'test',
      healthCheck: false,
    },
    'src/index.js': HEALTHY,
  })) {
    await project.write(`tenants/other/${name}`, content);
  }
  project.clear();

  await expect(project.deployer.deploy({ tenant: 'other' })).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('belongs to Worker acme') as unknown,
  });
  expect(project.writes()).toEqual([]);
});

test('a deploy that was killed is noticed by the next one, which says what became of it', async () => {
  await project.write('tenants/acme/src/index.js', NEWER);
  const done = await project.deployer.deploy(target);
  const path = String(done.record);
  const record = JSON.parse(await project.read(path)) as Record<string, unknown>;
  await project.write(path, { ...record, status: 'running', finishedAt: null, endState: null });
  project.clear();
  expect((await project.deployer.status(target)).lastRecord).toMatchObject({ path, status: 'interrupted' });

  await project.deployer.deploy(target);

  const notices = project.events.flatMap((event) => (event.type === 'notice' ? [event.message] : []));
  expect(notices.join('\n')).toContain(`version ${done.versionId} is live`);
  expect(JSON.parse(await project.read(path))).toMatchObject({ status: 'interrupted', endState: 'live' });
});

test('a script that Cloudflare cannot start is told apart from other refusals, and changes nothing', async () => {
  await project.write('tenants/acme/src/index.js', `throw new Error("at start");\n${HEALTHY}`);

  expect(await project.deployer.deploy(target)).toMatchObject({
    status: 'failed',
    endState: 'untouched',
    error: {
      code: 'STARTUP_FAILED',
      message: expect.stringContaining('Uncaught Error: at start') as unknown,
    },
  });
});

test('a script that Cloudflare cannot start is started here after that, and the line of the source is told', async () => {
  await project.write('tenants/acme/src/index.js', `\nthrow new Error("at start");\n${HEALTHY}`);
  const checked: (string | null)[] = [];
  const deployer = project.another({
    checkStartup: async (_, bundle, upload) => {
      checked.push(upload);
      if (upload !== null) return;
      const stack = 'Error: at start\n    at index.js:2:7';
      throw startFailure(bundle, { message: 'Uncaught Error: at start', stack });
    },
  });

  const { error } = await deployer.deploy(target);

  expect(checked).toEqual(['version', null]);
  expect(error).toMatchObject({ code: 'STARTUP_FAILED', details: { findings: [{ code: 'start-up' }] } });
  expect(error?.message).toContain('Started here: The Worker does not start: src/index.js:2:');
});

/** Other code, whose deployment Cloudflare refuses. */
async function refuseNewer(): Promise<void> {
  await project.write('tenants/acme/src/index.js', NEWER);
  project.emulator.admin.addFault({
    method: 'POST',
    path: '/accounts/*/workers/scripts/acme/deployments',
    status: 400,
    code: 10021,
  });
}

test('how things stand after a refusal is told with one question for each part', async () => {
  await refuseNewer();
  project.clear();

  expect(await project.deployer.deploy(target)).toMatchObject({ endState: 'uploaded' });

  const sent = project.calls.map(({ method, path }) => `${method} ${path.split('/scripts/acme/').at(-1)}`);
  const after = sent.slice(sent.lastIndexOf('POST deployments') + 1);
  expect(after).toContain('GET versions');
  expect(after.toSorted()).toEqual([...new Set(after)].toSorted());
});

test('a secret cannot be put while the newest version has no traffic, and the hint says what to do', async () => {
  await refuseNewer();
  expect((await project.deployer.deploy(target)).endState).toBe('uploaded');
  project.emulator.admin.clearFaults();

  await expect(
    project.deployer.secrets.put({ ...target, name: 'EXTRA', value: 'some-value' }),
  ).rejects.toMatchObject({ code: 'CONFLICT', hint: expect.stringContaining('not the live one') as unknown });
});
