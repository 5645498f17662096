import { describe, expect, test } from 'vitest';
import { makeWorker } from '../../../test/support/worker.ts';
import type { Origin, ResolvedWorker } from '../../resolve/resolved-worker.ts';
import { overlaps, type SharingRules } from './overlaps.ts';
import { placeInTarget, targetFacts } from './target-facts.ts';

/** Targets of their own Workers; `fields` replace. */
const target = (tenant: string, fields: Partial<ResolvedWorker> = {}) =>
  targetFacts(makeWorker({ tenant, scriptName: fields.scriptName ?? tenant, ...fields }));

const found = (targets: readonly ReturnType<typeof target>[], rules: SharingRules = {}) =>
  overlaps(targets, rules).map(({ finding, what, target: last, group }) => ({
    ...finding,
    what,
    last: last.tenant,
    group: group.map(({ tenant }) => tenant),
  }));
const codes = (targets: readonly ReturnType<typeof target>[], rules?: SharingRules): readonly string[] =>
  found(targets, rules).map(({ severity, code }) => `${severity} ${code}`);

describe('two targets with one Worker', () => {
  test.each<[string, Partial<ResolvedWorker>, readonly string[]]>([
    ['are an error', {}, ['error same-worker']],
    ['also where one is written in capitals', { scriptName: 'SHOP' }, ['error same-worker']],
    ['also where the account is', { accountId: makeWorker().accountId.toUpperCase() }, ['error same-worker']],
    ['not in two accounts', { accountId: 'f'.repeat(32) }, []],
    ['not where one is in a namespace', { dispatchNamespace: 'n' }, []],
    [
      'are a warning where one is an environment and the other the top level of one tenant',
      { tenant: 'a', environment: 'x' },
      ['warning same-worker'],
    ],
    [
      'are an error where they are different Workers of it',
      { tenant: 'a', worker: 'api' },
      ['error same-worker'],
    ],
  ])('%s', (_name, fields, expected) => {
    const first = target('a', { scriptName: 'shop' });
    const { tenant = 'b', ...rest } = fields;
    expect(codes([first, target(tenant, { scriptName: 'shop', ...rest })])).toEqual(expected);
  });

  test.each([
    [['staging', 'production'], 'error'],
    [[null, 'staging', 'production'], 'error'],
    [['prod', 'production', 'prd'], 'warning'],
    [[null, 'prod', 'production'], 'warning'],
    [['staging', 'STAGING'], 'error'],
  ])('that are the environments %j of one tenant are an %s', (environments, severity) => {
    const [same] = found(environments.map((environment) => target('a', { scriptName: 'shop', environment })));
    expect(same).toMatchObject({ code: 'same-worker', severity });
    expect(same?.hint).toContain('Give the environments different names');
  });

  test('name each other, five at most, and the last is where to look', () => {
    const tenants = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const targets = tenants.map((tenant) => target(tenant, { scriptName: 'shop', environment: 'x' }));
    const [same] = found(targets);
    expect(same).toMatchObject({ what: 'name', path: 'name', last: 'g', group: tenants });
    expect(same?.message).toContain('a (x), b (x), c (x), d (x), e (x) and 2 more:');
    const [two] = found([target('a', { scriptName: 's', worker: 'api' }), target('b', { scriptName: 's' })]);
    expect(two?.message).toContain('is that of a/api, b: each');
    expect(two?.hint).toContain('Give each its own `name`');
    const [own] = found([target('a'), target('a', { scriptName: 'a', environment: 'x' })]);
    expect(own?.hint).toBe('Give the environments different names, if you deploy both.');
  });
});

describe('what only one Worker can have', () => {
  const queues = (queue: string) => ({
    triggers: { workersDev: true, queueConsumers: [{ type: 'worker' as const, queue, settings: {} }] },
  });
  const routes = (...patterns: readonly string[]) => ({
    triggers: { workersDev: true, routes: patterns.map((pattern) => ({ pattern })) },
  });
  const domains = (...hostnames: readonly string[]) => ({
    triggers: { workersDev: true, customDomains: hostnames.map((hostname) => ({ hostname })) },
  });
  test.each<[string, Partial<ResolvedWorker>, Partial<ResolvedWorker>, readonly string[]]>([
    ['a route', routes('a.com/*'), routes('b.com/*', 'A.com/*'), ['error same-route']],
    ['a route with a scheme', routes('https://a.com/x'), routes('https://A.com/x'), ['error same-route']],
    ['a bare host', routes('a.com'), routes('A.com'), ['error same-route']],
    ['not routes whose paths differ in case', routes('a.com/x'), routes('a.com/X'), []],
    ['a domain', domains('a.com'), domains('A.com'), ['error same-custom-domain']],
    ['a queue', queues('jobs'), queues('jobs'), ['error same-queue-consumer']],
    ['not queues in two accounts', queues('jobs'), { ...queues('jobs'), accountId: 'f'.repeat(32) }, []],
    ['not a queue and a domain', queues('a.com'), domains('a.com'), []],
  ])('%s', (_name, one, other, expected) => {
    expect(
      codes([target('a', one), target('b', other)]).map((code) => code.replace('route', 'route')),
    ).toEqual(expected);
  });

  test('in two environments of one Worker is the file’s own matter, but for queues', () => {
    const both = (fields: Partial<ResolvedWorker>) =>
      codes([target('a', fields), target('a', { ...fields, environment: 'x', scriptName: 'a-x' })]);
    expect(both(routes('a.com/*'))).toEqual([]);
    expect(both(queues('jobs'))).toHaveLength(1);
    const [queue] = found([target('a', queues('jobs')), target('b', queues('jobs'))]);
    expect(queue).toMatchObject({ what: 'queues.consumers', path: 'queues.consumers', last: 'b' });
    expect(found([target('a', routes('a/*')), target('b', routes('a/*'))])[0]).toMatchObject({
      what: 'routes',
    });
  });
});

describe('data', () => {
  const kv = (name = 'KV', id = '1') => ({ bindings: [{ name, type: 'kv_namespace', namespace_id: id }] });
  test.each<[string, Partial<ResolvedWorker>, SharingRules, readonly string[]]>([
    ['of two tenants is an error', kv(), {}, ['error shared-resource']],
    ['of two tenants under other names too', kv('OTHER'), {}, ['error shared-resource']],
    ['with an id of its own is fine', kv('KV', '2'), {}, []],
    ['in another account is fine', { ...kv(), accountId: 'f'.repeat(32) }, {}, []],
    ['that is declared shared is fine', kv(), { sharedResources: ['1'] }, []],
    [
      'where other data is declared shared is not',
      kv(),
      { sharedResources: ['2'] },
      ['error shared-resource'],
    ],
    [
      'that both Workers declare is fine',
      { ...kv(), worker: 'api' },
      { workers: { api: { shared: ['KV'] } } as never },
      [],
    ],
    [
      'that one Worker declares is not',
      { ...kv('OTHER'), worker: 'api' },
      { workers: { api: { shared: ['KV'] } } as never },
      ['error shared-resource'],
    ],
    [
      'of a Worker that declares nothing is not',
      { ...kv(), worker: 'api' },
      { workers: { api: {}, other: 'path' } as never },
      ['error shared-resource'],
    ],
    [
      'without any such Worker is not',
      { ...kv(), worker: 'web' },
      { workers: { api: { shared: ['KV'] } } as never },
      ['error shared-resource'],
    ],
  ])('%s', (_name, fields, rules, expected) => {
    const worker = fields.worker ?? null;
    expect(codes([target('a', { ...kv(), worker }), target('b', fields)], rules)).toEqual(expected);
  });

  test('is told by what it is and who binds it', () => {
    const [shared] = found([target('a', kv()), target('b', kv('OTHER'))]);
    expect(shared).toMatchObject({ what: 'OTHER', path: 'OTHER', last: 'b' });
    expect(shared?.message).toBe(
      "KV namespace 1 (OTHER) is bound by a, b: one tenant's data would be another's.",
    );
  });

  test.each<[readonly (string | null)[], string | null]>([
    [['production', 'staging'], '"staging" too'],
    [['prod', null], 'the top level too'],
    [['prd', 'x', 'y'], '"x", "y" too'],
    [['staging', 'development'], null],
    [['production', 'prod'], null],
  ])('of the environments %j of one tenant', (environments, said) => {
    const targets = environments.map((environment, index) =>
      target('a', { ...kv(), environment, scriptName: `a-${index}` }),
    );
    const all = found(targets);
    expect(all.map(({ severity, code }) => `${severity} ${code}`)).toEqual(
      said === null ? [] : ['warning production-resource'],
    );
    expect(all[0]?.message ?? '').toContain(said ?? '');
  });

  test.each([
    ['d1', { id: '1' }, 1],
    ['r2_bucket', { bucket_name: 'b', jurisdiction: 'eu' }, 1],
    ['vectorize', { index_name: 'i' }, 1],
    ['queue', { queue_name: 'q' }, 0],
    ['service', { service: 's' }, 0],
    ['plain_text', { text: 'x' }, 0],
    ['of-the-future', { id: '1' }, 0],
  ])('is what a binding of kind %s holds', (type, fields, count) => {
    const bindings = [{ name: 'A', type, ...fields }];
    expect(target('a', { bindings }).resources).toHaveLength(count);
  });

  test('in two jurisdictions is two buckets', () => {
    const bucket = (jurisdiction?: string) => ({
      bindings: [
        {
          name: 'B',
          type: 'r2_bucket',
          bucket_name: 'b',
          ...(jurisdiction === undefined ? {} : { jurisdiction }),
        },
      ],
    });
    expect(codes([target('a', bucket()), target('b', bucket('eu'))])).toEqual([]);
    expect(codes([target('a', bucket('eu')), target('b', bucket('eu'))])).toHaveLength(1);
  });
});

describe('where a target says what a rule complains about', () => {
  const at = (line: number) => ({ file: `${line}`, line, column: 1 });
  const origin = (line: number, from: Origin['from'] = 'file'): Origin =>
    ({ from, place: at(line) }) as Origin;
  const place = (worker: Partial<ResolvedWorker>, what: string): number | undefined =>
    placeInTarget(makeWorker(worker), what)?.line;
  const tenant = { 'tenant.tenantId': origin(1) };

  test.each<[string, Partial<ResolvedWorker>, string, number | undefined]>([
    ['the name of its file', { origins: { ...tenant, name: origin(2) } }, 'name', 2],
    [
      'else where the tenant is, which has no file of its own',
      { origins: { 'tenant.tenantId': origin(1, 'table' as never), name: origin(2) } },
      'name',
      1,
    ],
    ['nowhere, where nobody knows', { origins: { name: origin(2) } }, 'name', undefined],
    ['its routes', { origins: { ...tenant, 'routes[0].pattern': origin(3) } }, 'routes', 3],
    ['its one route', { origins: { ...tenant, route: origin(3) } }, 'routes', 3],
    ['its consumers', { origins: { ...tenant, 'queues.consumers[0]': origin(4) } }, 'queues.consumers', 4],
    ['not its routes for consumers', { origins: { ...tenant, route: origin(3) } }, 'queues.consumers', 1],
    ['the tenant, where there is none', { origins: tenant }, 'routes', 1],
  ])('%s', (_name, worker, what, line) => {
    expect(place(worker, what)).toBe(line);
  });

  const bindings = [
    { name: 'A', type: 'kv_namespace', namespace_id: '1' },
    { name: 'D', type: 'd1', id: '1' },
    { name: 'B', type: 'kv_namespace', namespace_id: '2' },
  ];
  test.each<[string, Partial<ResolvedWorker>, string, number | undefined]>([
    ['the id of a binding', { 'kv_namespaces[1].id': origin(5) } as never, 'B', 5],
    [
      'the id of the first',
      { 'kv_namespaces[0].id': origin(6), 'kv_namespaces[1].id': origin(5) } as never,
      'A',
      6,
    ],
    ['its name where it has no id', { 'kv_namespaces[0].binding': origin(7) } as never, 'A', 7],
    ['the tenant for a binding nobody wrote', {}, 'NONE', 1],
    ['the tenant for one without a place', {}, 'A', 1],
    ['the id of a database', { 'd1_databases[0].database_id': origin(8) } as never, 'D', 8],
  ])('%s', (_name, origins, what, line) => {
    expect(place({ bindings, origins: { ...tenant, ...(origins as Record<string, Origin>) } }, what)).toBe(
      line,
    );
  });

  test('a binding beside an inherited one may stand anywhere, so the tenant is told', () => {
    const origins = { ...tenant, 'kv_namespaces[0].id': origin(5) };
    const inherited = [{ name: 'C', type: 'kv_namespace' }];
    expect(place({ bindings, origins, inherited }, 'A')).toBe(1);
  });
});

describe('each finding says whole what is wrong', () => {
  const kv = (environment: string | null = null) => ({
    environment,
    bindings: [{ name: 'KV', type: 'kv_namespace', namespace_id: '1' }],
  });
  const consumes = {
    triggers: { workersDev: true, queueConsumers: [{ type: 'worker' as const, queue: 'q', settings: {} }] },
  };
  const domain = { triggers: { workersDev: true, customDomains: [{ hostname: 'A.com' }] } };
  const { accountId } = makeWorker();
  const worker = `The Worker "s" in account ${accountId} is that of`;
  const replaces = "each deploy would replace the other's.";
  test.each<[readonly ReturnType<typeof target>[], object]>([
    [
      [target('a', { scriptName: 's' }), target('b', { scriptName: 's', worker: 'api', environment: 'x' })],
      {
        severity: 'error',
        code: 'same-worker',
        path: 'name',
        what: 'name',
        message: `${worker} a, b/api (x): ${replaces}`,
        hint: 'Give each its own `name`; for a shared Worker, `name: "…-${tenant.id}"` in its overrides.',
        last: 'b',
        group: ['a', 'b'],
      },
    ],
    [
      [
        target('a', { scriptName: 's', environment: 'x' }),
        target('a', { scriptName: 's', environment: 'y' }),
      ],
      {
        severity: 'error',
        code: 'same-worker',
        path: 'name',
        what: 'name',
        message: `${worker} a (x), a (y): ${replaces}`,
        hint: 'Give the environments different names; without a `name`, each has its own.',
        last: 'a',
        group: ['a', 'a'],
      },
    ],
    [
      [target('a', domain), target('b', domain), target('c', domain)],
      {
        severity: 'error',
        code: 'same-custom-domain',
        path: 'routes',
        what: 'routes',
        message: 'The custom domain "A.com" is that of a, b, c; it can belong to one Worker only.',
        hint: 'Leave it to one of them.',
        last: 'c',
        group: ['a', 'b', 'c'],
      },
    ],
    [
      [target('a', consumes), target('a', { ...consumes, environment: 'x', scriptName: 'a-x' })],
      {
        severity: 'warning',
        code: 'same-queue-consumer',
        path: 'queues.consumers',
        what: 'queues.consumers',
        message: 'The queue consumer "q" is that of a, a (x); it can belong to one Worker only.',
        hint: 'Leave it to one of them.',
        last: 'a',
        group: ['a', 'a'],
      },
    ],
    [
      [target('a', kv()), target('b', kv())],
      {
        severity: 'error',
        code: 'shared-resource',
        path: 'KV',
        what: 'KV',
        message: "KV namespace 1 (KV) is bound by a, b: one tenant's data would be another's.",
        hint: 'Give each tenant its own, or declare it in cf-deploy.config.ts: `sharedResources`, or `shared` of the Worker.',
        last: 'b',
        group: ['a', 'b'],
      },
    ],
    [
      [
        target('a', { ...kv('production'), scriptName: 'a-1' }),
        target('a', { ...kv('x'), scriptName: 'a-2' }),
        target('a', { ...kv(), scriptName: 'a-3' }),
      ],
      {
        severity: 'warning',
        code: 'production-resource',
        path: 'KV',
        what: 'KV',
        message: `KV namespace 1 (KV) of a is production's, and bound by "x", the top level too.`,
        hint: 'Give each environment its own.',
        last: 'a',
        group: ['a', 'a', 'a'],
      },
    ],
  ])('%#', (targets, expected) => {
    expect(found(targets)).toEqual([expected]);
  });

  test('and five are named whole before others are counted', () => {
    const named = (count: number): string | undefined =>
      found(Array.from({ length: count }, (_, index) => target(`t${index}`, { scriptName: 's' })))[0]
        ?.message;
    expect(named(5)).toContain('t0, t1, t2, t3, t4: each');
    expect(named(6)).toContain('t0, t1, t2, t3, t4 and 1 more: each');
  });

  test('of one tenant in several production environments, or in none of them, nothing is said', () => {
    const of = (...environments: (string | null)[]) =>
      found(environments.map((name, index) => target('a', { ...kv(name), scriptName: `a-${index}` })));
    expect([of('prod', 'prd'), of(null, 'x'), of('production', 'prod')]).toEqual([[], [], []]);
  });
});

test('the facts of a target are what the rules look at', () => {
  const facts = target('a', {
    worker: 'api',
    environment: 'x',
    accountId: 'ABC',
    dispatchNamespace: 'n',
    triggers: {
      workersDev: true,
      routes: [{ pattern: 'https://A.com/X' }],
      customDomains: [{ hostname: 'B.com' }],
      queueConsumers: [{ type: 'worker', queue: 'q', settings: {} }],
    },
    bindings: [{ name: 'B', type: 'r2_bucket', bucket_name: 'b', jurisdiction: 'eu' }],
  });
  expect(facts).toEqual({
    tenant: 'a',
    worker: 'api',
    environment: 'x',
    accountId: 'abc',
    scriptName: 'a',
    dispatchNamespace: 'n',
    claims: [
      { kind: 'route', key: 'route https://a.com/X', name: 'https://A.com/X' },
      { kind: 'custom domain', key: 'domain b.com', name: 'B.com' },
      { kind: 'queue consumer', key: 'queue abc q', name: 'q' },
    ],
    resources: [{ key: 'abc r2-bucket eu b', name: 'R2 bucket b', id: 'b', binding: 'B' }],
  });
});
