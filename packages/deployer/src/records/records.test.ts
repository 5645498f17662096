import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRedactor } from '../security/redact.ts';
import { Secret } from '../security/secret.ts';
import { createRecordStore, readRecordFile, type RecordStore } from './file-store.ts';
import { withTenantLock } from './lock.ts';
import type { DeploymentRecord } from './record.ts';

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
  expect(await readRecordFile(join(root, path))).toMatchObject({ status: 'deployed' });
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
  await expect(readRecordFile(join(root, 'x.json'))).rejects.toMatchObject({ code: 'RECORD_INVALID' });
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
