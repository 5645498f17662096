import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { fakeApi } from '../../../test/support/api.ts';
import { makeDeployment, makeLive, makeVersion } from '../../../test/support/live.ts';
import { makeWorker } from '../../../test/support/worker.ts';
import { createAccountReads } from '../../cloudflare/account-reads.ts';
import type { ReadClient } from '../../cloudflare/client/calls.ts';
import { rememberedText, type LiveMemory } from '../../sections/live-memory.ts';
import type { LiveWorker } from '../../sections/live.ts';
import type { TenantContext } from '../../session/tenant-context.ts';
import type { SeenTarget } from '../../store/release.ts';
import type { ReleaseStore } from '../../store/release-store.ts';
import { openSqliteStore } from '../../store/sqlite-store.ts';
import { type AccountView, viewAccount } from './account-view.ts';
import { listsDigest, memoryOf, onlyTold, type MemoryOptions } from './target-memory.ts';

const worker = makeWorker();
const { accountId, scriptName } = worker;
const DEPLOYED = Date.parse('2026-02-01T00:00:00Z');
let store: ReleaseStore;

beforeEach(() => {
  store = openSqliteStore(join(mkdtempSync(join(tmpdir(), 'memory-')), 'releases.db'));
});

const context = (secret: string | null = null): TenantContext =>
  ({
    worker,
    api: { reader: fakeApi({}).reader },
    world: { redactor: { holds: (text: string) => secret !== null && text.includes(secret) } },
  }) as unknown as TenantContext;

const VIEW: AccountView = {
  readAt: 0,
  untouched: new Map(),
  rows: new Map([[scriptName, 'row']]),
  lists: createAccountReads(),
};
const live = (fields: Partial<LiveWorker> = {}): LiveWorker =>
  makeLive(worker, {}, { basis: 'read', ...fields });
const lists = (): Promise<string> => listsDigest(context(), VIEW.lists);
const seen = (fields: Partial<SeenTarget> = {}): SeenTarget => ({
  accountId,
  scriptName,
  wanted: null,
  deployedOn: DEPLOYED,
  row: 'row',
  lists: 'lists',
  versionId: 'v1',
  ...fields,
});

function memory(options: Partial<MemoryOptions> = {}, secret: string | null = null) {
  const told: string[] = [];
  const kept: LiveMemory = memoryOf(context(secret), {
    store,
    view: async () => VIEW,
    untouched: async () => null,
    onDeployed: () => void told.push('deployed'),
    ...options,
  });
  return { kept, told };
}

describe('what is read is remembered', () => {
  test('with the row from before the look, and nothing of what the files want where they want something else', async () => {
    const { kept, told } = memory();
    await kept.recall();
    await kept.keep(live(), false);
    expect(store.seen(accountId)).toEqual([seen({ lists: await lists() })]);
    expect(store.recall(accountId, scriptName)).toBe(rememberedText(live()));
    expect(told).toEqual([]);
  });

  test('without a row where it was deployed by us, which is told', async () => {
    const { kept, told } = memory();
    await kept.recall();
    await kept.keep(live({ basis: 'applied' }), false);
    expect(store.seen(accountId)).toEqual([seen({ row: null, lists: await lists() })]);
    expect(told).toEqual(['deployed']);
  });

  test('without a row that the list did not have', async () => {
    const { kept } = memory({ view: async () => ({ ...VIEW, rows: new Map() }) });
    await kept.recall();
    await kept.keep(live(), false);
    expect(store.seen(accountId)[0]?.row).toBeNull();
  });

  test.each<[string, Partial<LiveWorker>]>([
    ['what was only remembered', { basis: 'remembered' }],
    ['a Worker without a deployment', { deployment: null }],
    ['a deployment without a time', { deployment: makeDeployment({ createdOn: '' }) }],
    ['a Worker without a version', { version: null }],
  ])('but not %s', async (_what, fields) => {
    const { kept, told } = memory();
    await kept.recall();
    await kept.keep(live(fields), false);
    expect([store.seen(accountId), told]).toEqual([[], []]);
  });

  test('nor where a secret stands in it', async () => {
    const { kept, told } = memory({}, 'sesame');
    await kept.recall();
    await kept.keep(live({ basis: 'applied', version: makeVersion({ author: 'sesame' }) }), false);
    expect([store.seen(accountId), told]).toEqual([[], []]);
  });

  test.each<[string, Partial<MemoryOptions>, boolean]>([
    ['nobody looked at the account before', {}, false],
    ['the account could not be read', { view: () => Promise.reject(new Error('no')) }, true],
  ])('nor where %s, though a deploy counts', async (_why, options, asks) => {
    const { kept, told } = memory(options);
    if (asks) await kept.recall();
    await kept.keep(live({ basis: 'applied' }), false);
    expect([store.seen(accountId), told]).toEqual([[], ['deployed']]);
  });
});

describe('what is remembered is given back', () => {
  const remember = async (): Promise<void> => {
    store.remember(seen(), rememberedText(live()) ?? '');
  };

  test('where the account shows it untouched', async () => {
    await remember();
    const { kept } = memory({ untouched: async () => seen() });
    expect(await kept.recall()).toMatchObject({ basis: 'remembered', exists: true, version: { id: 'v1' } });
  });

  test.each<[string, Partial<MemoryOptions>]>([
    ['it was touched', {}],
    ['its account cannot be read', { untouched: () => Promise.reject(new Error('no')) }],
  ])('but not where %s', async (_why, options) => {
    await remember();
    expect(await memory(options).kept.recall()).toBeNull();
  });

  test('nor where there is nothing, or everything is to be read, which is still told', async () => {
    const untouched = async (): Promise<SeenTarget> => seen();
    expect(await memory({ untouched }).kept.recall()).toBeNull();
    await remember();
    const { kept, told } = memory({ untouched });
    const only = onlyTold(kept);
    expect(await only.recall()).toBeNull();
    await only.keep(live({ basis: 'applied' }), false);
    expect([told, store.seen(accountId).map(({ row }) => row)]).toEqual([['deployed'], [null]]);
  });
});

describe('the lists of an account', () => {
  const ROW = { id: scriptName, etag: 'e', modified_on: '2026-02-01T00:00:01Z' };
  const lists_ = VIEW.lists;
  const view = async (answers: {
    readonly scripts?: readonly object[];
    readonly deployed?: readonly object[];
  }) => {
    const { reader, reads } = fakeApi({
      'GET /workers/scripts': (answers.scripts ?? [ROW]) as never,
      'GET /workers/workers': (answers.deployed ?? [
        { id: '1', name: scriptName, deployed_on: '2026-02-01T00:00:00Z' },
      ]) as never,
    });
    const found = await viewAccount({ reader: reader as ReadClient, store, lists: lists_, now: () => 5 });
    return { found, reads };
  };
  const digest = async (): Promise<string> => {
    const { found } = await view({});
    return found.rows.get(scriptName) ?? '';
  };
  const remember = (fields: Partial<SeenTarget> = {}): void =>
    store.remember(seen(fields), rememberedText(live()) ?? '');

  test('are one call where nothing is remembered', async () => {
    const { found, reads } = await view({});
    expect(found).toEqual({
      readAt: 5,
      untouched: new Map(),
      rows: new Map([[scriptName, expect.any(String) as string]]),
      lists: lists_,
    });
    expect([reads, store.mark(accountId)]).toEqual([['GET /workers/scripts'], null]);
  });

  test('show who is untouched, and how far the account was looked at', async () => {
    const row = await digest();
    remember({ row });
    const { found, reads } = await view({});
    expect([...found.untouched]).toEqual([[scriptName, seen({ row })]]);
    expect(reads).toHaveLength(2);
    expect(store.mark(accountId)).toMatchObject({ newest: DEPLOYED, readAt: 5 });
    expect(store.seen(accountId)).toEqual([seen({ row })]);
  });

  test('note the row of one that was deployed by us, where it is of that time and says the same', async () => {
    const row = await digest();
    remember({ row: null });
    expect((await view({})).found.untouched.size).toBe(1);
    expect(store.seen(accountId)).toEqual([seen({ row })]);
  });

  test.each<[string, Partial<SeenTarget>, Parameters<typeof view>[0]]>([
    ['that went', {}, { scripts: [] }],
    ['whose row is another', { row: 'another' }, {}],
    [
      'that was deployed since',
      {},
      { deployed: [{ id: '1', name: scriptName, deployed_on: '2026-02-02T00:00:00Z' }] },
    ],
    ['whose row is of later', { row: null }, { scripts: [{ ...ROW, modified_on: '2026-02-01T00:00:03Z' }] }],
    ['whose row is of no time', { row: null }, { scripts: [{ ...ROW, modified_on: 'x' }] }],
    ['whose row says otherwise', { row: null }, { scripts: [{ ...ROW, logpush: true }] }],
  ])('forget one %s', async (_what, fields, answers) => {
    remember({ row: await digest(), ...fields });
    expect((await view(answers)).found.untouched.size).toBe(0);
    expect(store.seen(accountId)).toEqual([]);
  });

  test('forget one of which nothing more is known than its row', async () => {
    store.remember(seen({ row: null }), 'broken');
    expect((await view({})).found.untouched.size).toBe(0);
  });
});
