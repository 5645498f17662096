import { describe, expect, test } from 'vitest';
import { fakeApi, refused, type Answer } from '../../test/support/api.ts';
import { makeWorker } from '../../test/support/worker.ts';
import { createAccountReads } from '../cloudflare/account-reads.ts';
import { CredentialsError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { ReadScope } from './live.ts';
import type { SectionName } from './registry.ts';
import { readWorker } from './state.ts';

const SCRIPT = 'GET /workers/scripts/acme';
const MARKER = '[cf-deploy code=c0de config=c0f assets=a55 run=run]';
const BINDINGS = [
  { name: 'A', type: 'plain_text', text: 'x' },
  { name: 'S2', type: 'secret_key' },
  { name: 'S1', type: 'secret_text' },
  { name: 'OLD', type: 'inherit' },
];

const version = (fields: JsonObject = {}, runtime: JsonObject = {}): JsonObject => ({
  id: 'v1',
  number: 1,
  annotations: { 'workers/message': MARKER },
  resources: {
    bindings: BINDINGS,
    script: { etag: 'e1' },
    script_runtime: { compatibility_date: '2026-02-01', compatibility_flags: ['b', 'a'], ...runtime },
  },
  ...fields,
});

const deployment = (versions: Readonly<Record<string, number>>, message = ''): JsonObject => ({
  id: 'd1',
  annotations: { 'workers/message': message },
  versions: Object.entries(versions).map(([version_id, percentage]) => ({ version_id, percentage })),
});

/** An account with one Worker of which everything is told. */
const ALL: Readonly<Record<string, Answer>> = {
  [`${SCRIPT}/deployments`]: { deployments: [deployment({ v1: 100 }), deployment({ v0: 100 })] },
  [`${SCRIPT}/settings`]: {
    annotations: { 'workers/message': MARKER },
    placement: { mode: 'smart', status: 'SUCCESS', last_analyzed_at: 'now' },
    cache_options: { enabled: true, other: null },
    logpush: true,
    tags: ['mine', 'cf:service=acme', 'cf:environment=x'],
  },
  [`${SCRIPT}/versions/v1`]: version(),
  [`${SCRIPT}/subdomain`]: { enabled: true },
  [`${SCRIPT}/schedules`]: { schedules: [{ cron: '2 * * * *' }, { cron: '1 * * * *' }] },
  'GET /workers/services/acme/environments/production/routes': [
    { pattern: 'a/*', zone_name: 'a', zone_id: 'z' },
    { pattern: 'b/*' },
  ],
  'GET /workers/domains': [
    { id: '1', hostname: 'a.b', service: 'acme', enabled: true, zone_id: 'z' },
    { id: '2', hostname: 'c.d', service: 'other' },
    { id: '3', hostname: 'e.f', service: 'acme', previews_enabled: false, zone_name: 'f' },
  ],
  'GET /queues': [
    {
      queue_id: 'q1',
      queue_name: 'jobs',
      consumers: [
        {
          consumer_id: 'c1',
          script: 'acme',
          dead_letter_queue: 'dead',
          settings: { batch_size: 5, retry_delay: null },
        },
      ],
    },
    { queue_id: 'q2', queue_name: 'theirs', consumers: [{ consumer_id: 'c2', script: 'other' }] },
    { queue_id: 'q3', queue_name: 'pulled', consumers: [{ consumer_id: 'c3', type: 'http_pull' }] },
    { queue_id: 'q4', queue_name: 'pulled-by-others', consumers: [{ consumer_id: 'c4', type: 'http_pull' }] },
  ],
  'GET /workflows': [
    { name: 'w', script_name: 'acme', class_name: 'W' },
    { name: 'x', script_name: 'other', class_name: 'X' },
  ],
};

const ASKED = {
  triggers: {
    workersDev: true,
    routes: [],
    customDomains: [],
    crons: [],
    queueConsumers: [{ type: 'http_pull', queue: 'pulled', settings: {} }],
    workflows: [],
  },
} satisfies Partial<ResolvedWorker>;

async function look(
  worker: Partial<ResolvedWorker> = {},
  answers: Readonly<Record<string, Answer>> = {},
  scope: ReadScope = 'declared',
) {
  const { reader, reads } = fakeApi({ ...ALL, ...answers });
  const live = await readWorker({ reader, account: createAccountReads(), worker: makeWorker(worker), scope });
  const value = (name: SectionName): unknown => {
    const reading = live.state[name];
    return reading.known ? reading.value : `unknown: ${reading.why}`;
  };
  return { live, reads, value };
}

test('everything that is declared is read, in comparable form, each call once', async () => {
  const { live, value, reads } = await look(ASKED);
  expect(
    Object.fromEntries(Object.keys(live.state).map((name) => [name, value(name as SectionName)])),
  ).toEqual({
    worker: 'present',
    version: { traffic: 'all to one version' },
    code: 'c0de',
    bindings: { A: { name: 'A', type: 'plain_text', text: 'x' } },
    secrets: ['S1', 'S2'],
    runtime: {
      compatibility_date: '2026-02-01',
      compatibility_flags: ['a', 'b'],
      limits: null,
      placement: { mode: 'smart' },
      cache_options: { enabled: true },
    },
    settings: {
      logpush: true,
      observability: { enabled: false },
      tail_consumers: [],
      tags: ['cf:environment=x', 'cf:service=acme'],
    },
    assets: { digest: 'a55' },
    migrations: null,
    exports: {},
    workersDev: { enabled: true, previews_enabled: false },
    routes: { 'a/*': { zone_id: 'z', zone_name: 'a' }, 'b/*': {} },
    customDomains: {
      'a.b': { enabled: true, zone_id: 'z' },
      'e.f': { previews_enabled: false, zone_name: 'f' },
    },
    crons: ['1 * * * *', '2 * * * *'],
    queueConsumers: {
      jobs: { type: 'worker', batch_size: 5, dead_letter_queue: 'dead' },
      pulled: { type: 'http_pull' },
    },
    workflows: { w: { class_name: 'W' } },
    workflowOptions: null,
    config: 'c0f',
  });
  expect(live).toMatchObject({
    exists: true,
    tags: ['mine', 'cf:service=acme', 'cf:environment=x'],
    undeployed: null,
    version: { id: 'v1' },
    deployment: { id: 'd1' },
  });
  expect(live.deployments).toHaveLength(2);
  expect(live.triggers.routes).toHaveLength(2);
  expect(live.triggers.domains).toHaveLength(3);
  expect(live.triggers.queues).toHaveLength(4);
  expect(live.triggers.workflows).toHaveLength(2);
  expect(new Set(reads).size).toBe(reads.length);
});

test('what nobody declares is not asked for, unless everything is', async () => {
  const { live, reads } = await look();
  expect(live.state.crons).toEqual({ known: false, why: 'not declared', error: null, asked: false });
  expect(live.triggers).toEqual({ routes: [], domains: [], queues: [], workflows: [] });
  expect(reads.toSorted()).toEqual([
    `${SCRIPT}/deployments`,
    `${SCRIPT}/settings`,
    `${SCRIPT}/subdomain`,
    `${SCRIPT}/versions/v1`,
  ]);
  const { value } = await look({}, {}, 'all');
  expect(value('crons')).toEqual(['1 * * * *', '2 * * * *']);
  // A pull consumer names no Worker: it is ours only where we declare it.
  expect(Object.keys(value('queueConsumers') as object)).toEqual(['jobs']);
});

describe('a Worker exists', () => {
  const gone = { [`${SCRIPT}/deployments`]: null, [`${SCRIPT}/settings`]: null };

  test('not when nothing says so: it is absent, and others’ queues and workflows are looked at', async () => {
    const { live, reads } = await look(ASKED, gone);
    expect(live).toMatchObject({ exists: false, deployment: null, version: null, deployments: [] });
    expect(live.state.bindings).toEqual({ known: true, value: {} });
    expect(live.triggers.queues).toHaveLength(4);
    expect(live.triggers.workflows).toHaveLength(2);
    expect(reads).toHaveLength(4);
    expect((await look({}, gone)).reads).toHaveLength(2);
  });

  test.each(['deployments', 'settings'])('when its %s are there', async (there) => {
    const one = { ...gone, [`${SCRIPT}/${there}`]: ALL[`${SCRIPT}/${there}`] ?? null };
    expect((await look({}, one)).live.exists).toBe(true);
  });

  test('or not, when neither could be read: that is an error', async () => {
    const failed = { [`${SCRIPT}/deployments`]: null, [`${SCRIPT}/settings`]: refused(1) };
    await expect(look({}, failed)).rejects.toMatchObject({ code: 'API_REFUSED' });
  });
});

describe('a read that fails', () => {
  test.each<[string, readonly SectionName[]]>([
    [`${SCRIPT}/schedules`, ['crons']],
    [`${SCRIPT}/subdomain`, ['workersDev']],
    ['GET /queues', ['queueConsumers']],
    ['GET /workflows', ['workflows']],
    ['GET /workers/domains', ['customDomains']],
    ['GET /workers/services/acme/environments/production/routes', ['routes']],
    [
      `${SCRIPT}/deployments`,
      ['version', 'code', 'bindings', 'secrets', 'runtime', 'assets', 'workflowOptions', 'config'],
    ],
    [`${SCRIPT}/versions/v1`, ['code', 'bindings', 'secrets', 'runtime', 'assets', 'config']],
    [`${SCRIPT}/settings`, ['settings']],
  ])('%s makes unknown what needs it, and nothing else', async (call, parts) => {
    const { live } = await look(ASKED, { [call]: refused(1) });
    const unknown = Object.entries(live.state).filter(([, reading]) => !reading.known);
    expect(unknown.map(([name]) => name)).toEqual(parts);
    for (const [, reading] of unknown) {
      expect(reading).toMatchObject({ asked: true, error: { code: 'API_REFUSED' } });
    }
  });

  test.each<[string, SectionName]>([
    [`${SCRIPT}/schedules`, 'crons'],
    [`${SCRIPT}/subdomain`, 'workersDev'],
    ['GET /workers/services/acme/environments/production/routes', 'routes'],
    [`${SCRIPT}/versions/v1`, 'bindings'],
    [`${SCRIPT}/settings`, 'settings'],
  ])('%s saying "no such Worker" of one that exists is no answer', async (call, part) => {
    const { live } = await look(ASKED, { [call]: null });
    expect(live.state[part]).toMatchObject({ known: false, error: { code: 'API_UNREACHABLE' } });
  });

  test('because of the token ends all', async () => {
    const wrong = new CredentialsError('CREDENTIALS_INVALID', 'wrong token');
    await expect(look(ASKED, { [`${SCRIPT}/schedules`]: wrong })).rejects.toBe(wrong);
  });
});

test('of a split the version with most of the traffic counts, and the split is told', async () => {
  const split = { deployments: [deployment({ v0: 10, v1: 90 })] };
  const { live, value } = await look({}, { [`${SCRIPT}/deployments`]: split });
  expect(live.version?.id).toBe('v1');
  expect(value('version')).toEqual({ traffic: { v0: 10, v1: 90 } });
});

test('a Worker of which nothing is deployed has no version', async () => {
  const { live, value } = await look({}, { [`${SCRIPT}/deployments`]: { deployments: [] } });
  expect(live).toMatchObject({ exists: true, deployment: null, version: null, undeployed: null });
  expect(value('secrets')).toEqual([]);
});

describe('the newest version, where it has no traffic', () => {
  const items = (...ids: readonly string[]) => ({
    items: ids.map((id, index) => ({ id, number: ids.length - index, annotations: {} })),
  });
  const newest = (run: string): JsonObject => ({
    annotations: { 'workers/message': `[cf-deploy run=${run}]` },
  });

  test('is known by the settings to be the live one, without a call', async () => {
    expect((await look()).reads).not.toContain(`${SCRIPT}/versions?page=1&per_page=20`);
  });

  test('is asked for where they are another’s, and then hides what settings tell of it', async () => {
    const { live, value } = await look(
      {},
      { [`${SCRIPT}/settings`]: newest('other'), [`${SCRIPT}/versions`]: items('v2', 'v1') },
    );
    expect(live.undeployed?.id).toBe('v2');
    expect(live.state.runtime).toMatchObject({
      except: {
        placement: 'the API shows it of the newest version only, and that is v2',
        cache_options: 'the API shows it of the newest version only, and that is v2',
      },
    });
    expect(value('runtime')).not.toHaveProperty('placement');
  });

  test('is none where the newest is live, or has part of the traffic', async () => {
    const settings = { [`${SCRIPT}/settings`]: {} };
    expect((await look({}, { ...settings, [`${SCRIPT}/versions`]: items('v1') })).live.undeployed).toBeNull();
    const split = { [`${SCRIPT}/deployments`]: { deployments: [deployment({ v1: 90, v2: 10 })] } };
    const { live } = await look({}, { ...settings, ...split, [`${SCRIPT}/versions`]: items('v2', 'v1') });
    expect(live.undeployed).toBeNull();
    expect((await look({}, { ...settings, [`${SCRIPT}/versions`]: null })).live.undeployed).toBeNull();
  });

  test('that cannot be listed hides what settings tell, and is none', async () => {
    const { live } = await look({}, { [`${SCRIPT}/settings`]: {}, [`${SCRIPT}/versions`]: refused(1) });
    expect(live.undeployed).toBeNull();
    expect(live.state.runtime).toMatchObject({ except: { placement: 'refused (1)' } });
  });

  test('does not hide what the live version tells itself', async () => {
    const own = version({}, { placement: {}, cache_options: { enabled: false } });
    const { live, value } = await look(
      {},
      {
        [`${SCRIPT}/settings`]: newest('other'),
        [`${SCRIPT}/versions`]: items('v2', 'v1'),
        [`${SCRIPT}/versions/v1`]: own,
      },
    );
    expect(live.state.runtime).not.toHaveProperty('except');
    expect(value('runtime')).toMatchObject({ placement: null, cache_options: { enabled: false } });
  });
});

describe('what the API does not tell', () => {
  const unmarked = {
    [`${SCRIPT}/versions/v1`]: version({ annotations: {} }),
    [`${SCRIPT}/versions`]: { items: [] },
  };
  const build = {} as NonNullable<ResolvedWorker['build']>;
  const assets = { directory: 'd', binding: null, config: {} } as unknown as NonNullable<
    ResolvedWorker['assets']
  >;

  test.each<[string, Partial<ResolvedWorker>, SectionName, unknown]>([
    ['code', { build }, 'code', 'unknown: the live version carries no digest of its code'],
    ['no code', {}, 'code', null],
    ['assets', { assets }, 'assets', 'unknown: the live version carries no digest of its assets'],
    ['no assets', {}, 'assets', null],
    ['configuration that is compared field by field', {}, 'config', null],
    ['unsafe fields', { unsafeMetadata: { x: 1 } }, 'config', expect.stringContaining('unknown:')],
    [
      'streaming tail consumers',
      { settings: { streaming_tail_consumers: [] } },
      'config',
      expect.stringContaining('unknown:'),
    ],
    [
      'the configuration of assets',
      { assets: { ...assets, config: { html_handling: 'none' } } },
      'config',
      expect.stringContaining('unknown:'),
    ],
    [
      'an unusual way to replace running code',
      { codeUpdateStrategy: { mode: 'immediate' } },
      'config',
      expect.stringContaining('unknown:'),
    ],
  ])('%s, without a marker', async (_name, worker, part, expected) => {
    expect((await look(worker, unmarked)).value(part)).toEqual(expected);
  });

  const workflows = (options: JsonObject) => ({
    triggers: { workersDev: true, workflows: [{ name: 'w', className: 'W', options }] },
  });
  test.each<[string, JsonObject, string, unknown]>([
    ['are what the deployment notes', { limits: { steps: 1 } }, '[cf-deploy triggers=0b5 run=x]', '0b5'],
    ['are none where it notes none', { limits: { steps: 1 } }, '[cf-deploy triggers=none run=x]', null],
    ['are none where none are wanted and nothing is noted', {}, '', null],
    [
      'are unknown where some are wanted and nothing is noted',
      { limits: { steps: 1 } },
      '',
      'unknown: the live deployment carries no digest of them, and the API does not give them back',
    ],
  ])('options of workflows %s', async (_name, options, message, expected) => {
    const answers = { [`${SCRIPT}/deployments`]: { deployments: [deployment({ v1: 100 }, message)] } };
    expect((await look(workflows(options), answers)).value('workflowOptions')).toEqual(expected);
  });

  const migrations = [{ tag: 'v1', new_sqlite_classes: ['Room'] }];
  const SERVICE = 'GET /workers/services/acme';
  test('the migration tag is asked for where the version does not tell the newest', async () => {
    const told = { [`${SCRIPT}/versions/v1`]: version({}, { migration_tag: 'v1' }) };
    const here = await look({ migrations }, told);
    expect([here.value('migrations'), here.reads.includes(SERVICE)]).toEqual(['v1', false]);
    const there = { [SERVICE]: { default_environment: { script: { migration_tag: 'v0' } } } };
    expect((await look({ migrations }, there)).value('migrations')).toBe('v0');
  });

  test('exports are compared only where the file has some', async () => {
    const exported = {
      [`${SCRIPT}/versions/v1`]: version(
        {},
        {
          exports: {
            Room: { type: 'durable-object', storage: 'sqlite', extra: 1 },
            Gone: { type: 'durable-object', state: 'deleted' },
            Renamed: { type: 'durable-object', state: 'renamed' },
            Given: { type: 'durable-object', state: 'transferred' },
            Flow: { type: 'workflow' },
            Odd: 'x',
          },
        },
      ),
    };
    expect((await look({ exports: {} }, exported)).value('exports')).toEqual({
      Room: { type: 'durable-object', storage: 'sqlite' },
    });
    expect((await look({}, exported)).value('exports')).toEqual({});
  });
});

describe('the marker of a version that the dashboard made', () => {
  const versions = (...rows: readonly JsonObject[]): Readonly<Record<string, Answer>> => ({
    [`${SCRIPT}/versions/v1`]: version({ number: 5, annotations: {} }),
    [`${SCRIPT}/versions`]: { items: rows },
    [`${SCRIPT}/versions/v0`]: version({ id: 'v0', number: 2 }),
  });
  const marked = { id: 'v0', number: 2, annotations: { 'workers/message': MARKER } };
  const other = (number: number, triggered: string): JsonObject => ({
    id: `o${number}`,
    number,
    annotations: { 'workers/triggered_by': triggered },
  });
  const build = {} as NonNullable<ResolvedWorker['build']>;
  const parts = async (answers: Readonly<Record<string, Answer>>) => {
    const { value } = await look({ build, unsafeMetadata: { x: 1 } }, answers);
    return [value('code'), value('assets'), value('config')];
  };
  const UNKNOWN = expect.stringContaining('unknown:');

  test.each<[string, Readonly<Record<string, Answer>>, readonly unknown[]]>([
    [
      'is that of the newest marked one before it with the same code',
      versions(marked),
      ['c0de', { digest: 'a55' }, 'c0f'],
    ],
    [
      'a secret in between changes nothing of it',
      versions(other(4, 'secret'), marked),
      ['c0de', { digest: 'a55' }, 'c0f'],
    ],
    [
      'an upload in between may have changed all but the code',
      versions(other(4, 'upload'), marked),
      ['c0de', null, UNKNOWN],
    ],
    [
      'so may a version upload, itself included',
      versions(other(5, 'version_upload'), marked),
      ['c0de', null, UNKNOWN],
    ],
    ['an upload after it did not', versions(other(6, 'upload'), marked), ['c0de', { digest: 'a55' }, 'c0f']],
    [
      'an upload before the marked one did not',
      versions(marked, other(1, 'upload')),
      ['c0de', { digest: 'a55' }, 'c0f'],
    ],
    ['is none where none before it is marked', versions({ ...marked, number: 6 }), [UNKNOWN, null, UNKNOWN]],
    [
      'is none where that one cannot be found',
      { ...versions(marked), [`${SCRIPT}/versions/v0`]: null },
      [UNKNOWN, null, UNKNOWN],
    ],
    [
      'other code is other code',
      {
        ...versions(marked),
        [`${SCRIPT}/versions/v0`]: version({ id: 'v0', resources: { script: { etag: 'e0' } } }),
      },
      ['etag e1', null, UNKNOWN],
    ],
    [
      'code without a hash is unknown',
      { ...versions(marked), [`${SCRIPT}/versions/v0`]: version({ id: 'v0', resources: { script: {} } }) },
      [UNKNOWN, null, UNKNOWN],
    ],
  ])('%s', async (_name, answers, expected) => {
    expect(await parts(answers)).toEqual(expected);
  });

  test.each([null, ''])('without a hash of its own nothing is looked up', async (etag) => {
    const bare = version({ annotations: {}, resources: { script: { etag } } });
    const { reads, value } = await look({ build }, { ...versions(marked), [`${SCRIPT}/versions/v1`]: bare });
    expect(reads).not.toContain(`${SCRIPT}/versions/v0`);
    expect(value('code')).toEqual(UNKNOWN);
  });
});

describe('in a dispatch namespace', () => {
  const DISPATCHED = 'GET /workers/dispatch/namespaces/customers/scripts/acme';
  const worker = { ...ASKED, dispatchNamespace: 'customers' };
  const answers = {
    [`${DISPATCHED}/settings`]: {
      bindings: BINDINGS,
      annotations: { 'workers/message': MARKER },
      compatibility_date: '2026-01-01',
      placement: { mode: 'smart' },
    },
    [DISPATCHED]: { script: { migration_tag: 'v7' } },
  };

  test('settings tell what versions do not, and there are no triggers', async () => {
    const { live, value, reads } = await look(worker, answers);
    expect(reads).toEqual([`${DISPATCHED}/settings`]);
    expect(live).toMatchObject({ exists: true, deployments: [], version: null, undeployed: null });
    expect([value('code'), value('secrets'), value('config')]).toEqual(['c0de', ['S1', 'S2'], 'c0f']);
    expect(value('runtime')).toMatchObject({
      compatibility_date: '2026-01-01',
      placement: { mode: 'smart' },
    });
    const unasked = Object.entries(live.state).flatMap(([name, reading]) =>
      reading.known || reading.asked ? [] : [name],
    );
    expect(unasked).toEqual([
      'version',
      'workersDev',
      'routes',
      'customDomains',
      'crons',
      'queueConsumers',
      'workflows',
      'workflowOptions',
    ]);
  });

  test('the migration tag is told by the script', async () => {
    const migrations = [{ tag: 'v9', new_sqlite_classes: ['Room'] }];
    expect((await look({ ...worker, migrations }, answers)).value('migrations')).toBe('v7');
  });

  test('a Worker that is not there is absent, without a look at the triggers', async () => {
    const { live, reads } = await look(worker, { [`${DISPATCHED}/settings`]: null });
    expect([live.exists, reads]).toEqual([false, [`${DISPATCHED}/settings`]]);
  });
});
