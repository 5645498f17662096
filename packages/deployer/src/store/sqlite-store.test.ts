import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { expect, test } from 'vitest';
import type { Release } from './release.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { USUAL_DEPLOY } from '../../test/support/release.ts';

const RELEASE: Release = {
  id: 'r1',
  kind: 'deploy',
  environment: 'staging',
  status: 'running',
  why: null,
  createdAt: 1_000,
  finishedAt: null,
  by: 'ada',
  commit: 'c0ffee',
  message: null,
  root: '/project',
  of: null,
  runner: null,
  rollout: {
    parallel: 2,
    failureBudget: '5%',
    onFailure: 'stop',
    metrics: 'off',
    waves: [{ name: 'all', bakeMs: 0, gate: 'auto' }],
    deploy: USUAL_DEPLOY,
  },
};

const file = (): string => join(mkdtempSync(join(tmpdir(), 'store-')), '.cf-deploy', 'releases.db');
const target = (tenant: string) => ({
  target: tenant,
  tenant,
  worker: null,
  wave: 0,
  previousVersionId: null,
  versionId: null,
  endState: null,
  state: 'waiting' as const,
});

test('a release comes back as it was written, also through another connection', () => {
  const path = file();
  const store = openSqliteStore(path);
  store.create(RELEASE, [target('b'), target('a')]);
  const other = openSqliteStore(path);
  expect(other.release('r1')).toEqual(RELEASE);
  expect(other.targets('r1').map(({ tenant, state }) => [tenant, state])).toEqual([
    ['b', 'waiting'],
    ['a', 'waiting'],
  ]);
  expect(other.release('r2')).toBeNull();
});

test('of two runners that want one target, one gets it', () => {
  const path = file();
  const [one, two] = [openSqliteStore(path), openSqliteStore(path)];
  one.create(RELEASE, [target('a')]);
  expect([one.claim('r1', 'a', 'host:1', 5), two.claim('r1', 'a', 'host:2', 5)]).toEqual([true, false]);
  expect(two.unclaim('r1', 'a', 'host:2')).toBe(false);
  expect(two.unclaim('r1', 'a', 'host:1')).toBe(true);
  expect(two.claim('r1', 'a', 'host:2', 6)).toBe(true);
});

test('the status changes only from where it was expected', () => {
  const store = openSqliteStore(file());
  store.create(RELEASE, []);
  const pause = { from: ['running'], to: 'paused', why: 'gate', now: 9 } as const;
  expect(store.setStatus('r1', pause)).toBe(true);
  expect(store.setStatus('r1', pause)).toBe(false);
  expect(store.release('r1')).toMatchObject({ status: 'paused', why: 'gate', finishedAt: null });
});

test('what a target ended with is kept, and what it ran before is not forgotten', () => {
  const store = openSqliteStore(file());
  store.create(RELEASE, [{ ...target('a'), previousVersionId: 'v1' }]);
  store.claim('r1', 'a', 'host:1', 5);
  const outcome = {
    status: 'failed',
    endState: 'uploaded',
    previousVersionId: null,
    versionId: 'v2',
    record: 'deployments/a.json',
    verdict: 'skipped',
    error: { code: 'CONFLICT', message: 'somebody else' },
    calls: 3,
  } as const;
  store.settle('r1', 'a', { state: 'failed', outcome, now: 8 });
  expect(store.targets('r1')[0]).toEqual({
    target: 'a',
    tenant: 'a',
    worker: null,
    wave: 0,
    state: 'failed',
    runner: 'host:1',
    startedAt: 5,
    finishedAt: 8,
    endState: 'uploaded',
    previousVersionId: 'v1',
    versionId: 'v2',
    record: 'deployments/a.json',
    error: { code: 'CONFLICT', message: 'somebody else' },
  });
});

test('the newest releases come first, of one environment where one is asked for', () => {
  const store = openSqliteStore(file());
  store.create(RELEASE, []);
  store.create({ ...RELEASE, id: 'r2', createdAt: 2_000, environment: null }, []);
  expect(store.releases({ limit: 5 }).map(({ id }) => id)).toEqual(['r2', 'r1']);
  expect(store.releases({ environment: null, limit: 5 }).map(({ id }) => id)).toEqual(['r2']);
  expect(store.releases({ environment: 'staging', limit: 5 }).map(({ id }) => id)).toEqual(['r1']);
});

test('a freeze holds until its time, and can be replaced and lifted', () => {
  const store = openSqliteStore(file());
  store.freeze({ environment: 'production', until: 100, why: 'holidays', by: null });
  store.freeze({ environment: 'production', until: 200, why: 'incident', by: 'ada' });
  expect(store.frozen('production', 150)).toMatchObject({ why: 'incident', by: 'ada' });
  expect(store.frozen('production', 200)).toBeNull();
  expect(store.frozen('staging', 0)).toBeNull();
  expect([store.thaw('production'), store.thaw('production')]).toEqual([true, false]);
});

test('nobody else on the machine may read the file', () => {
  const path = file();
  openSqliteStore(path);
  expect(statSync(path).mode & 0o077).toBe(0);
});

test('what a target ran before is noted before its first write, and a later look does not change it', () => {
  const store = openSqliteStore(file());
  store.create(RELEASE, [target('a')]);
  store.note('r1', 'a', 'v1');
  store.note('r1', 'a', 'v2');
  expect(store.targets('r1')[0]).toMatchObject({ previousVersionId: 'v1' });
});

test('a release is gone through by one runner, and taken over only from the one that was seen', () => {
  const store = openSqliteStore(file());
  store.create({ ...RELEASE, runner: 'host:1' }, []);
  const take = (runner: string, was: string | null): boolean =>
    store.take('r1', { from: ['running', 'paused'], runner, was });
  expect([take('host:2', null), take('host:2', 'host:1'), take('host:3', 'host:1')]).toEqual([
    false,
    true,
    false,
  ]);
  store.leave('r1', 'host:1');
  expect(store.release('r1')?.runner).toBe('host:2');
  store.leave('r1', 'host:2');
  expect(store.release('r1')?.runner).toBeNull();
});

test('what was seen of a target is replaced and forgotten, and a row is noted later', () => {
  const store = openSqliteStore(file());
  const seen = {
    accountId: 'acc',
    scriptName: 'shop',
    wanted: 'w1',
    deployedOn: 1_000,
    row: null,
    lists: 'l',
    versionId: 'v1',
  };
  store.remember(seen, 'one');
  store.remember({ ...seen, wanted: null }, 'two');
  expect(store.seen('acc')).toEqual([{ ...seen, wanted: null }]);
  expect(store.recall('acc', 'shop')).toBe('two');
  store.noteRows([{ accountId: 'acc', scriptName: 'shop', row: 'r' }]);
  expect(store.seen('acc')).toMatchObject([{ row: 'r' }]);
  store.forget('acc', 'shop');
  expect(store.seen('acc')).toEqual([]);
  expect(store.recall('acc', 'shop')).toBeNull();
});

test('how far an account was looked at is kept', () => {
  const store = openSqliteStore(file());
  expect(store.mark('acc')).toBeNull();
  store.setMark('acc', { newest: 5, settled: 2, readAt: 9 });
  store.setMark('acc', { newest: 6, settled: 3, readAt: 10 });
  expect(store.mark('acc')).toEqual({ newest: 6, settled: 3, readAt: 10 });
});

/** A file as an earlier version left it: its releases are as they are now, what it remembered was not. */
function olderFile(change: string): string {
  const at = file();
  const store = openSqliteStore(at);
  store.create(RELEASE, [target('a')]);
  store.close();
  const db = new Database(at);
  db.exec(`DROP TABLE seen_target; DROP TABLE account_mark; ${change} PRAGMA user_version = 1;`);
  db.close();
  return at;
}

test('the file of an earlier version keeps its releases, and what it remembered is begun anew', () => {
  const at = olderFile('CREATE TABLE seen_target (account_id TEXT, script_name TEXT, etag TEXT);');
  const store = openSqliteStore(at);
  expect(store.release('r1')).toEqual(RELEASE);
  expect(store.targets('r1')).toHaveLength(1);
  expect(store.seen('acc')).toEqual([]);
  store.close();
  // Migrated once: it is opened like any other.
  openSqliteStore(at).close();
});

test('a damaged file is named, with what is lost when it is moved away', () => {
  const at = join(mkdtempSync(join(tmpdir(), 'damaged-')), 'releases.db');
  writeFileSync(at, 'no database, and longer than its head would be'.repeat(20));
  expect(() => openSqliteStore(at)).toThrow(
    expect.objectContaining({
      code: 'STORE_UNREADABLE',
      message: `${at} is damaged: file is not a database.`,
      hint: expect.stringMatching(/^Move the file away .* Freezes were in it: set them again\.$/) as string,
    }) as Error,
  );
});

test('a file whose releases are written otherwise is refused, and names what is in the way', () => {
  const at = olderFile('ALTER TABLE release DROP COLUMN runner;');
  expect(() => openSqliteStore(at)).toThrow(/earlier cf-deploy, and its release cannot be read/);
  // It stays as it is for whoever moves it away.
  expect(() => openSqliteStore(at)).toThrow(/earlier cf-deploy/);
});
