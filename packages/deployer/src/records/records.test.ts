import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRedactor } from '../security/redact.ts';
import { Secret } from '../security/secret.ts';
import { createRecordStore, readRecordFile, type RecordStore } from './file-store.ts';
import { isTenantLocked, withTenantLock } from './lock.ts';
import { recordSchema, type DeploymentRecord } from './record.ts';

const SECRET = 'planted-secret-0123456789';
let root: string;
let store: RecordStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cf-deploy-records-'));
  store = createRecordStore({
    rootDir: root,
    recordsDir: join(root, 'deployments'),
    redactor: createRedactor([new Secret(SECRET)]),
    now: () => Date.parse('2026-01-02T03:04:05.678Z'),
  });
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

function makeRecord(fields: Partial<DeploymentRecord> = {}): DeploymentRecord {
  return {
    schema: 1,
    kind: 'deploy',
    run: 'abc',
    status: 'running',
    tenant: 'acme',
    environment: 'staging',
    accountId: 'a',
    scriptName: 'acme-staging',
    url: null,
    startedAt: '2026-01-02T03:04:05.678Z',
    finishedAt: null,
    durationMs: null,
    by: null,
    git: null,
    message: null,
    previousVersionId: null,
    versionId: null,
    endState: null,
    changes: [],
    steps: [],
    leftovers: [],
    health: null,
    calls: 0,
    error: null,
    ...fields,
  };
}

test('a record has its tenant, environment and time in its name, and is rewritten in place', async () => {
  const path = await store.create(makeRecord());
  expect(path).toBe('deployments/acme-staging-2026-01-02T03-04-05-678Z.json');
  await store.rewrite(path, makeRecord({ status: 'deployed' }));
  expect(readRecordFile(join(root, path))).toMatchObject({ status: 'deployed' });
  expect(await readdir(join(root, 'deployments'))).toHaveLength(1);
});

test.each(['../../x', '/etc/x', 'a/b', '..\\..\\x', 'x\u0000y', 'e'.repeat(400)])(
  'an environment called %j leaves neither the folder of records nor that of locks',
  async (environment) => {
    const path = await store.create(makeRecord({ environment }));
    const fleet = await store.createFleet(environment, { summary: {} });
    expect([path, fleet].map((file) => dirname(file))).toEqual(['deployments', 'deployments']);
    expect(await store.list('acme', environment)).toMatchObject([{ path, record: { environment } }]);
    await withTenantLock({ rootDir: root, tenant: 'acme', environment }, async () => undefined);
    expect((await readdir(root)).toSorted()).toEqual(['.cf-deploy', 'deployments']);
  },
);

test('the record of a fleet run has its own name', async () => {
  expect(await store.createFleet(null, { summary: {} })).toBe(
    'deployments/deploy-all-default-2026-01-02T03-04-05-678Z.json',
  );
});

test('a secret is not written', async () => {
  const path = await store.create(makeRecord({ message: `with ${SECRET}` }));
  expect(await readFile(join(root, path), 'utf8')).not.toContain(SECRET);
});

test('records of one tenant and environment are listed newest first; what is no record is left out', async () => {
  const older = await store.create(makeRecord({ startedAt: '2026-01-01T00:00:00.000Z' }));
  const newer = await store.create(makeRecord());
  await store.create(makeRecord({ tenant: 'acme-staging', environment: null }));
  // Written like tenant `acme` in `staging`, and is not.
  await writeFile(
    join(root, 'deployments/acme-staging-2026-09-09T00-00-00-000Z.json'),
    JSON.stringify(makeRecord({ tenant: 'other' })),
  );
  await writeFile(join(root, 'deployments/acme-staging-broken.json'), '{');
  expect((await store.list('acme', 'staging')).map(({ path }) => path)).toEqual([newer, older]);
});

test('a file that is no record is an error by name when it is asked for', async () => {
  await writeFile(join(root, 'x.json'), '{"schema":2}');
  expect(() => readRecordFile(join(root, 'x.json'))).toThrow(
    expect.objectContaining({ code: 'RECORD_INVALID' }),
  );
});

test('the lock of a tenant and environment is held by one, and free again after an error', async () => {
  const options = { rootDir: root, tenant: 'acme', environment: 'staging' };
  const inner = withTenantLock(options, async () => {
    await expect(withTenantLock(options, async () => 'second')).rejects.toMatchObject({ code: 'LOCKED' });
    expect(await withTenantLock({ ...options, environment: null }, async () => 'other')).toBe('other');
    throw new Error('failed inside');
  });
  await expect(inner).rejects.toThrow('failed inside');
  expect(await withTenantLock(options, async () => 'again')).toBe('again');
});

test('while a tenant is locked others see it, and nobody else is', async () => {
  const options = { rootDir: root, tenant: 'acme', environment: null };
  const others = [
    { ...options, tenant: 'other' },
    { ...options, environment: 'staging' },
    { ...options, worker: 'api' },
  ];
  const seen = async () => [await isTenantLocked(options), await Promise.all(others.map(isTenantLocked))];
  const locks = (): Promise<string[]> => readdir(join(root, '.cf-deploy', 'locks'));
  expect(await seen()).toEqual([false, [false, false, false]]);
  await withTenantLock(options, async () => {
    expect(await seen()).toEqual([true, [false, false, false]]);
    expect((await locks()).toSorted()).toEqual(['acme@default.lock', 'acme@default.owner']);
    expect(await withTenantLock({ ...options, worker: 'a/b' }, locks)).toContain('acme@default@a_b.lock');
  });
  expect([await seen(), await locks()]).toEqual([[false, [false, false, false]], []]);
});

test.each([
  [null, 'Another deploy of acme is running on this machine.'],
  ['staging', 'Another deploy of acme in staging is running on this machine.'],
])('who comes second to a lock in %j is told', async (environment, message) => {
  const options = { rootDir: root, tenant: 'acme', environment };
  await withTenantLock(options, async () => {
    await expect(withTenantLock(options, async () => 'second')).rejects.toMatchObject({
      code: 'LOCKED',
      message,
      hint: 'Wait for it to end. A lock left by a killed process is taken at once on this machine, else after 15 seconds.',
      cause: expect.any(Error) as Error,
    });
  });
});

test('what a killed process of this machine left is no lock, and is taken', async () => {
  const options = { rootDir: root, tenant: 'acme', environment: null };
  const folder = join(root, '.cf-deploy', 'locks');
  await mkdir(join(folder, 'acme@default.lock'), { recursive: true });
  expect(await isTenantLocked(options)).toBe(true);
  await expect(withTenantLock(options, async () => 'mine')).rejects.toMatchObject({ code: 'LOCKED' });
  await writeFile(join(folder, 'acme@default.owner'), JSON.stringify({ pid: 2 ** 30, host: hostname() }));
  expect(await isTenantLocked(options)).toBe(false);
  expect(await withTenantLock(options, async () => 'mine')).toBe('mine');
});

/** A record of ten days of a month, the oldest first, each with the fields of its day. */
async function written(fields: (day: number) => Partial<DeploymentRecord>, days = 9): Promise<string[]> {
  const paths: string[] = [];
  for (let day = 1; day <= days; day += 1) {
    const startedAt = new Date(Date.UTC(2026, 1, day)).toISOString();
    paths.push(await store.create(makeRecord({ startedAt, ...fields(day) })));
  }
  return paths;
}

test('a history can be of one script, of one status and no longer than asked', async () => {
  const paths = await written((day) => ({
    scriptName: day % 2 === 0 ? 'even' : 'odd',
    status: day % 3 === 0 ? 'failed' : 'deployed',
  }));
  const days = async (which?: Parameters<RecordStore['list']>[2]): Promise<number[]> =>
    (await store.list('acme', 'staging', which)).map(({ path }) => paths.indexOf(path) + 1);
  expect(await days()).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(await days({})).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  expect(await days({ scriptName: null, most: 2 })).toEqual([9, 8]);
  expect(await days({ scriptName: 'even' })).toEqual([8, 6, 4, 2]);
  expect(await days({ scriptName: 'even', most: 3 })).toEqual([8, 6, 4]);
  expect(await days({ status: 'failed' })).toEqual([9, 6, 3]);
  expect(await days({ status: 'failed', scriptName: 'even' })).toEqual([6]);
  expect(await days({ status: 'running' })).toEqual([]);
  expect(await store.list('acme', null)).toEqual([]);
});

test('a history is in the order in which things began, and knows the status from no other word', async () => {
  const first = await store.create(makeRecord({ startedAt: '2026-01-02T03:04:05.678+05:00' }));
  const second = await store.create(makeRecord({ startedAt: '2026-01-02T00:00:00.000Z', status: 'failed' }));
  const third = await store.create(
    makeRecord({ startedAt: '2026-01-03T00:00:00.000Z', status: 'deployed', message: 'failed' }),
  );
  expect(first).toBe('deployments/acme-staging-2026-01-01T22-04-05-678Z.json');
  expect((await store.list('acme', 'staging')).map(({ path }) => path)).toEqual([third, second, first]);
  expect((await store.list('acme', 'staging', { status: 'failed' })).map(({ path }) => path)).toEqual([
    second,
  ]);
  // The name of a file is not what tells when it began.
  await store.rewrite(third, makeRecord({ startedAt: '2025-12-01T00:00:00.000Z' }));
  expect((await store.list('acme', 'staging')).map(({ path }) => path)).toEqual([second, first, third]);
});

test('the newest record that is as wanted is found behind fifty others, and null where there is none', async () => {
  const paths = await written((day) => ({ status: day < 3 ? 'deployed' : 'failed' }), 55);
  const wanted = await store.find('acme', 'staging', ({ status }) => status === 'deployed');
  expect([wanted?.path, wanted?.record.status]).toEqual([paths[1], 'deployed']);
  expect(await store.find('acme', 'staging', () => false)).toBeNull();
  expect(await store.find('acme', null, () => true)).toBeNull();
  expect(await store.list('acme', 'staging')).toHaveLength(50);
});

test('a project without records has none', async () => {
  expect(await store.list('acme', null)).toEqual([]);
  expect(await store.list('acme', null, { status: 'running' })).toEqual([]);
  expect(await store.find('acme', null, () => true)).toBeNull();
});

const FULL: DeploymentRecord = {
  ...makeRecord(),
  url: 'https://x',
  finishedAt: 'f',
  durationMs: 5,
  by: 'ann',
  git: { commit: 'c', dirty: true },
  worker: 'api',
  artifact: 'digest',
  unversioned: {
    triggers: {
      workersDev: true,
      previewUrls: false,
      routes: [{ pattern: 'p', zoneId: 'z' }],
      customDomains: [{ hostname: 'h', enabled: true, previewsEnabled: false }],
      crons: ['* * * * *'],
      queueConsumers: [
        { queue: 'q', type: 'worker', deadLetterQueue: 'd', settings: {} },
        { queue: 'q', type: 'http_pull', settings: {} },
      ],
      workflows: [{ name: 'w', className: 'W', options: {} }],
    },
    settings: {},
  },
  previousVersionId: 'v1',
  versionId: 'v2',
  endState: 'live',
  message: 'm',
  changes: [{ path: 'a', kind: 'added' }],
  steps: [{ kind: 'k', description: 'd', status: 's' }],
  leftovers: ['l'],
  health: { verdict: 'healthy', message: 'm' },
  calls: 3,
  error: { code: 'c', message: 'm' },
};

test('a record comes back as it was written, with the last line whole', async () => {
  const path = await store.create(FULL);
  expect(readRecordFile(join(root, path))).toEqual(FULL);
  expect(await readFile(join(root, path), 'utf8')).toBe(`${JSON.stringify(FULL, null, 2)}\n`);
});

test.each<[keyof DeploymentRecord, readonly unknown[]]>([
  ['kind', ['deploy', 'rollback', 'promote', 'abort', 'secrets', 'destroy']],
  [
    'status',
    ['running', 'deployed', 'paused', 'unchanged', 'failed', 'rolled-back', 'interrupted', 'destroyed'],
  ],
  ['changes', ['added', 'removed', 'changed'].map((kind) => [{ path: 'a', kind }])],
  ['worker', [null, undefined]],
  ['artifact', [null, undefined]],
  ['unversioned', [null, undefined, { triggers: { workersDev: false }, settings: {} }]],
  ['url', [null]],
  ['git', [null]],
  ['health', [null]],
  ['error', [null]],
])('%s of a record may be each of %j', (field, values) => {
  expect(values.map((value) => recordSchema.parse({ ...FULL, [field]: value })[field])).toEqual(values);
});

const triggers = (fields: object) => ({ triggers: { workersDev: true, ...fields }, settings: {} });

test.each<[keyof DeploymentRecord, readonly unknown[]]>([
  ['schema', [2, undefined]],
  ['kind', ['other']],
  ['status', ['other']],
  ['changes', [[{ path: 'a', kind: 'other' }]]],
  ['git', [{ commit: 'c' }]],
  [
    'unversioned',
    [
      {},
      { triggers: { workersDev: true } },
      { triggers: { workersDev: true }, settings: null },
      { triggers: { workersDev: true }, settings: 'x' },
      triggers({ workersDev: 'yes' }),
      triggers({ routes: [{}] }),
      triggers({ queueConsumers: [{ queue: 'q', type: 'other', settings: {} }] }),
    ],
  ],
])('%s of a record may be none of %j', (field, values) => {
  expect(values.filter((value) => recordSchema.safeParse({ ...FULL, [field]: value }).success)).toEqual([]);
});
