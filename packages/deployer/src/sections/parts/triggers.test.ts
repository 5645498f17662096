import { describe, expect, test } from 'vitest';
import { fakeApi, type Answer } from '../../../test/support/api.ts';
import { makeAbsent, makeLive } from '../../../test/support/live.ts';
import { planOf, type PlanCase } from '../../../test/support/plan.ts';
import { makeWorker } from '../../../test/support/worker.ts';
import { ApiError } from '../../errors.ts';
import { createAccountReads } from '../../cloudflare/account-reads.ts';
import type { LiveDomain } from '../../cloudflare/domains.ts';
import type { LiveConsumer, LiveQueue } from '../../cloudflare/queues.ts';
import type { JsonObject } from '../../json.ts';
import type { ResolvedWorker, Triggers } from '../../resolve/resolved-worker.ts';
import type { LiveTriggers, LiveWorker } from '../live.ts';
import { SECTION_NAMES, SECTIONS, type SectionValues } from '../registry.ts';
import type { SectionStep } from '../step.ts';

/** A Worker with these triggers, whose live ones are others; nothing else differs. */
function given(
  wanted: Partial<Triggers>,
  live: { readonly parts?: Partial<SectionValues>; readonly triggers?: Partial<LiveTriggers> } = {},
  more: Partial<ResolvedWorker> = {},
): PlanCase {
  return {
    worker: { triggers: { workersDev: true, ...wanted }, ...more },
    live: (worker: ResolvedWorker): LiveWorker => {
      const found = makeLive(worker, live.parts);
      return { ...found, triggers: { ...found.triggers, ...live.triggers } };
    },
  };
}

/** The one step of the plan. */
const stepOf = (from: PlanCase, takeOver = false) =>
  planOf({ ...from, options: { takeOver } }).steps as readonly SectionStep[];
const consequences = (from: PlanCase, takeOver = false): readonly [string, boolean, string | null][] =>
  planOf({ ...from, options: { takeOver } }).changes.map(({ path, destructive, consequence }) => [
    path,
    destructive,
    consequence,
  ]);

/** What would stop the plan, asked of every section. */
async function problems(
  from: PlanCase,
  answers: Readonly<Record<string, Answer>> = {},
  options: { readonly takeOver?: boolean } = {},
): Promise<readonly string[]> {
  const plan = planOf(from);
  const { reader } = fakeApi(answers);
  const { worker } = plan.release;
  const found = await Promise.all(
    SECTION_NAMES.map((name) =>
      SECTIONS[name].preflight?.({
        worker,
        live: plan.live,
        steps: plan.steps as readonly SectionStep[],
        uploads: plan.upload !== 'none',
        reader,
        account: createAccountReads(),
        hasSecret: () => false,
        takeOver: options.takeOver ?? false,
      }),
    ),
  );
  return found
    .flatMap((each) => each ?? [])
    .map(({ finding }) => `${finding.code} ${finding.path}: ${finding.message}`);
}

describe('workers.dev', () => {
  test('is switched as the files want it, and back to what it was', () => {
    const both = given(
      { workersDev: false, previewUrls: true },
      { parts: { workersDev: { enabled: true, previews_enabled: false } } },
    );
    expect(stepOf(both)).toEqual([
      {
        kind: 'subdomain',
        before: { enabled: true, previews_enabled: false },
        after: { enabled: false, previews_enabled: true },
      },
    ]);
    const one = given(
      { workersDev: true },
      { parts: { workersDev: { enabled: false, previews_enabled: true } } },
    );
    expect(stepOf(one)).toEqual([
      { kind: 'subdomain', before: { enabled: false, previews_enabled: true }, after: { enabled: true } },
    ]);
    expect(planOf({ live: () => makeAbsent() }).steps.at(-1)).toEqual({
      kind: 'subdomain',
      before: { enabled: false },
      after: { enabled: true },
    });
  });

  test('switched off, the Worker no longer answers there', () => {
    const off = given({ workersDev: false }, { parts: { workersDev: { enabled: true } } });
    expect(consequences(off)).toEqual([
      ['workersDev.enabled', true, 'the Worker no longer answers on workers.dev'],
    ]);
    const previews = given(
      { previewUrls: false },
      { parts: { workersDev: { enabled: true, previews_enabled: true } } },
    );
    expect(consequences(previews)).toEqual([['workersDev.previews_enabled', false, null]]);
  });

  test('needs a subdomain of the account', async () => {
    const on = (more: Partial<ResolvedWorker>) =>
      given({ workersDev: true }, { parts: { workersDev: { enabled: false } } }, more);
    const none = { 'GET /workers/subdomain': { subdomain: null } };
    expect(await problems(on({ accountSubdomain: null }), none)).toEqual([
      expect.stringContaining('no-subdomain workers_dev: Account') as string,
    ]);
    expect(await problems(on({ accountSubdomain: 'known' }), none)).toEqual([]);
    expect(
      await problems(on({ accountSubdomain: null }), { 'GET /workers/subdomain': { subdomain: 's' } }),
    ).toEqual([]);
    const off = given(
      { workersDev: false },
      { parts: { workersDev: { enabled: true } } },
      { accountSubdomain: null },
    );
    expect(await problems(off, none)).toEqual([]);
  });
});

describe('routes', () => {
  const changed = given(
    {
      routes: [
        { pattern: 'a.example.com/*', zoneId: 'z1', zoneName: 'example.com' },
        { pattern: 'b.example.com/*', zoneName: 'example.com' },
        { pattern: 'c.example.com/*' },
      ],
    },
    {
      parts: { routes: { 'old/*': {}, 'kept/*': {} } },
      triggers: {
        routes: [
          { pattern: 'old/*', zoneId: null, zoneName: null },
          { pattern: 'kept/*', zoneId: 'z9', zoneName: 'x' },
        ],
      },
    },
    { drift: { ignore: ['routes[kept/*]'] } },
  );

  test('are replaced as a whole, each with one zone at most; what a rule leaves to others stays', () => {
    expect(stepOf(changed)).toEqual([
      {
        kind: 'routes',
        before: [{ pattern: 'old/*' }, { pattern: 'kept/*', zone_id: 'z9' }],
        after: [
          { pattern: 'a.example.com/*', zone_id: 'z1' },
          { pattern: 'b.example.com/*', zone_name: 'example.com' },
          { pattern: 'c.example.com/*' },
          { pattern: 'kept/*', zone_id: 'z9' },
        ],
      },
    ]);
    expect(consequences(changed)).toEqual([
      ['routes[a.example.com/*]', false, null],
      ['routes[b.example.com/*]', false, null],
      ['routes[c.example.com/*]', false, null],
      ['routes[old/*]', true, 'the Worker no longer answers at old/*'],
    ]);
  });

  const zones = {
    'GET /zones': [{ id: 'z2', name: 'example.com' }],
    'GET /zones/z1/workers/routes': [],
    'GET /zones/z2/workers/routes': [],
  };
  test.each<[string, Readonly<Record<string, Answer>>, boolean, readonly string[]]>([
    ['nobody has', {}, false, []],
    [
      'another Worker has',
      { 'GET /zones/z2/workers/routes': [{ id: '1', pattern: 'c.example.com/*', script: 'other' }] },
      false,
      ['route-taken routes[c.example.com/*]: Route c.example.com/* belongs to Worker other.'],
    ],
    [
      'switches Workers off',
      { 'GET /zones/z1/workers/routes': [{ id: '1', pattern: 'a.example.com/*' }] },
      false,
      ['route-taken routes[a.example.com/*]: Route a.example.com/* exists and switches Workers off there.'],
    ],
    [
      'another Worker has, and is taken over',
      { 'GET /zones/z2/workers/routes': [{ id: '1', pattern: 'c.example.com/*', script: 'other' }] },
      true,
      [],
    ],
    [
      'is ours',
      { 'GET /zones/z2/workers/routes': [{ id: '1', pattern: 'c.example.com/*', script: 'acme' }] },
      false,
      [],
    ],
    [
      'is beside others',
      { 'GET /zones/z2/workers/routes': [{ id: '1', pattern: 'x.example.com/*', script: 'other' }] },
      false,
      [],
    ],
    [
      'has no zone',
      { 'GET /zones': [] },
      false,
      [
        'zone-missing routes[b.example.com/*]: No zone of the account that this token may see holds b.example.com/*.',
        'zone-missing routes[c.example.com/*]: No zone of the account that this token may see holds c.example.com/*.',
      ],
    ],
  ])('are checked: one that %s', async (_name, answers, takeOver, expected) => {
    expect(await problems(changed, { ...zones, ...answers }, { takeOver })).toEqual(expected);
  });

  test('that are there already are not checked', async () => {
    const same = given(
      { routes: [{ pattern: 'a/*' }, { pattern: 'b.example.com/*' }] },
      {
        parts: { routes: { 'a/*': {} } },
        triggers: { routes: [{ pattern: 'a/*', zoneId: null, zoneName: null }] },
      },
    );
    expect(await problems(same, zones)).toEqual([]);
  });

  test('are compared by the zone that both sides tell', () => {
    const zone = given(
      { routes: [{ pattern: 'a/*', zoneId: 'z1' }] },
      { parts: { routes: { 'a/*': { zone_id: 'z2', zone_name: 'x' } } } },
    );
    expect(consequences(zone)).toEqual([['routes[a/*].zone_id', false, null]]);
  });
});

describe('custom domains', () => {
  const domain = (hostname: string, fields: Partial<LiveDomain> = {}): LiveDomain => ({
    id: hostname,
    hostname,
    service: 'acme',
    zoneId: null,
    zoneName: null,
    enabled: null,
    previewsEnabled: null,
    ...fields,
  });
  const changed = given(
    {
      customDomains: [
        { hostname: 'a.b', zoneName: 'b', enabled: false, previewsEnabled: true },
        { hostname: 'c.d' },
        { hostname: 'hidden.b' },
      ],
    },
    {
      parts: { customDomains: { 'old.b': {}, 'kept.b': {} } },
      triggers: {
        domains: [
          domain('old.b', { zoneId: 'z', zoneName: 'b', enabled: true, previewsEnabled: false }),
          domain('kept.b'),
          domain('c.d', { service: 'other' }),
        ],
      },
    },
    { drift: { ignore: ['customDomains[kept.b]', 'customDomains[hidden.b]'] } },
  );

  test('are replaced as a whole; what a rule leaves to others stays, or stays away', () => {
    expect(stepOf(changed)).toEqual([
      {
        kind: 'custom-domains',
        before: [
          { hostname: 'old.b', zone_id: 'z', enabled: true, previews_enabled: false },
          { hostname: 'kept.b' },
        ],
        after: [
          { hostname: 'a.b', zone_name: 'b', enabled: false, previews_enabled: true },
          { hostname: 'c.d' },
          { hostname: 'kept.b' },
        ],
        takeOver: false,
      },
    ]);
    expect(stepOf(changed, true)).toMatchObject([{ takeOver: true }]);
  });

  test('that go or are taken from others are destructive', () => {
    expect(consequences(changed)).toEqual([
      ['customDomains[a.b]', false, null],
      ['customDomains[c.d]', false, null],
      ['customDomains[old.b]', true, 'the Worker no longer answers at old.b'],
    ]);
    expect(consequences(changed, true)).toEqual([
      ['customDomains[a.b]', false, null],
      ['customDomains[c.d]', true, 'c.d is taken from Worker other'],
      ['customDomains[old.b]', true, 'the Worker no longer answers at old.b'],
    ]);
  });

  test('compare with the API’s defaults where nothing is written', () => {
    const parts = { customDomains: { 'a.b': { enabled: false, previews_enabled: true, zone_id: 'z' } } };
    expect(consequences(given({ customDomains: [{ hostname: 'a.b' }] }, { parts }))).toEqual([
      ['customDomains[a.b].enabled', false, null],
      ['customDomains[a.b].previews_enabled', false, null],
    ]);
  });

  test('in no zone stop a deploy, where the token sees the zones of the account', async () => {
    const added = given(
      { customDomains: [{ hostname: 'shop.example.com' }] },
      { parts: { customDomains: {} } },
    );
    const nothing = { 'GET /workers/domains': [] };
    const refusal = new ApiError('API_REFUSED', 'no', { status: 403, apiCodes: [10_000] });
    const others = { ...nothing, 'GET /zones': [{ id: 'z9', name: 'example.org' }] };
    expect(await problems(added, others)).toEqual([
      'zone-missing routes[shop.example.com]: No zone of the account that this token may see holds shop.example.com.',
    ]);
    // An empty list is what a token without that right is answered, and a domain can be attached without it.
    const unknown =
      'zone-unknown routes[shop.example.com]: Whether shop.example.com lies in a zone of the account';
    expect(await problems(added, { ...nothing, 'GET /zones': [] })).toEqual([
      `${unknown} is not known: the token sees no zone.`,
    ]);
    expect(await problems(added, { ...nothing, 'GET /zones': refusal })).toEqual([
      `${unknown} is not known: no.`,
    ]);
  });

  const taken = {
    'GET /zones': [
      { id: 'z1', name: 'b' },
      { id: 'z2', name: 'c.d' },
    ],
    'GET /workers/domains': [
      { id: '1', hostname: 'a.b', service: 'other' },
      { id: '2', hostname: 'c.d', service: 'acme' },
      { id: '3', hostname: 'e.f', service: 'other' },
    ],
  };
  test('of other Workers stop a deploy, unless it takes them over', async () => {
    expect(await problems(changed, taken)).toEqual([
      'domain-taken routes[a.b]: Custom domain a.b belongs to Worker other.',
    ]);
    expect(await problems(changed, taken, { takeOver: true })).toEqual([]);
    expect(
      await problems(given({ customDomains: [] }, { parts: { customDomains: { 'a.b': {} } } }), taken),
    ).toEqual([]);
    expect(await problems(given({ crons: [] }, { parts: { crons: ['1 * * * *'] } }), taken)).toEqual([]);
  });
});

describe('consumers of queues', () => {
  const live = (fields: Partial<LiveConsumer> = {}): LiveConsumer => ({
    id: 'c1',
    type: 'worker',
    scriptName: 'acme',
    deadLetterQueue: null,
    settings: { batch_size: 5 },
    ...fields,
  });
  const queue = (name: string, ...consumers: readonly LiveConsumer[]): LiveQueue => ({
    id: `id-${name}`,
    name,
    consumers,
  });
  const consumes = (name: string, fields: JsonObject = {}) => ({
    type: 'worker' as const,
    queue: name,
    settings: { batch_size: 9 },
    ...fields,
  });
  const edits = (
    wanted: Triggers['queueConsumers'],
    found: SectionValues['queueConsumers'],
    queues: readonly LiveQueue[],
    more: Partial<ResolvedWorker> = {},
  ) =>
    stepOf(
      given(
        { queueConsumers: wanted ?? [] },
        { parts: { queueConsumers: found }, triggers: { queues } },
        more,
      ),
    );

  test('are added, changed and removed, with their dead-letter queues', () => {
    const queues = [
      queue('new'),
      queue('changed', live({ deadLetterQueue: 'dead' })),
      queue('gone', live({ id: 'c2' })),
      queue('same', live({ id: 'c3' })),
      queue('theirs', live({ scriptName: 'other' })),
    ];
    const wanted = [
      consumes('new', { deadLetterQueue: 'dead' }),
      consumes('changed'),
      consumes('same', { settings: { batch_size: 5 } }),
    ];
    const found = {
      changed: { type: 'worker', batch_size: 5, dead_letter_queue: 'dead' },
      gone: { type: 'worker', batch_size: 5 },
      same: { type: 'worker', batch_size: 5 },
    };
    expect(edits(wanted, found, queues)).toEqual([
      {
        kind: 'queue-consumers',
        edits: [
          {
            queue: queues[0],
            consumerId: null,
            before: null,
            after: {
              type: 'worker',
              script_name: 'acme',
              dead_letter_queue: 'dead',
              settings: { batch_size: 9 },
            },
          },
          {
            queue: queues[1],
            consumerId: 'c1',
            before: {
              type: 'worker',
              script_name: 'acme',
              dead_letter_queue: 'dead',
              settings: { batch_size: 5 },
            },
            after: { type: 'worker', script_name: 'acme', settings: { batch_size: 9 } },
          },
          {
            queue: queues[2],
            consumerId: 'c2',
            before: { type: 'worker', script_name: 'acme', settings: { batch_size: 5 } },
            after: null,
          },
        ],
      },
    ]);
  });

  test('that pull name no Worker, and are ours where we declare them', () => {
    const pulls = { type: 'http_pull' as const, queue: 'q', settings: { visibility_timeout_ms: 1 } };
    const pulling = live({ type: 'http_pull', scriptName: null, settings: {} });
    expect(
      edits([pulls], { q: { type: 'http_pull' } }, [queue('q', pulling), queue('other', pulling)]),
    ).toMatchObject([
      {
        edits: [
          {
            consumerId: 'c1',
            before: { type: 'http_pull', settings: {} },
            after: { type: 'http_pull', settings: { visibility_timeout_ms: 1 } },
          },
        ],
      },
    ]);
    const [step] = edits([pulls], { q: { type: 'http_pull' } }, [queue('q', pulling)]);
    expect(JSON.stringify(step)).not.toContain('script_name');
  });

  test('that a rule leaves to others are not touched', () => {
    const queues = [queue('a', live()), queue('b', live())];
    const found = { a: { type: 'worker', batch_size: 5 }, b: { type: 'worker', batch_size: 5 } };
    const rule = { drift: { ignore: ['queueConsumers.a'] } };
    expect(edits([], found, queues, rule)).toMatchObject([{ edits: [{ queue: { name: 'b' } }] }]);
    // Half of it is left to others: all of it is.
    const half = { drift: { ignore: ['queueConsumers.a.batch_size'] } };
    const wanted = [consumes('a', { deadLetterQueue: 'dead' })];
    expect(edits(wanted, { a: { type: 'worker', batch_size: 5 } }, [queue('a', live())], half)).toEqual([]);
  });

  test('of a queue that went meanwhile make no step', () => {
    expect(edits([], { gone: { type: 'worker' } }, [queue('gone')])).toEqual([]);
  });

  test.each<[string, readonly LiveQueue[], readonly string[]]>([
    ['that is there', [queue('q')], []],
    ['that it consumes already', [queue('q', live())], []],
    [
      'that is not there',
      [queue('other')],
      ['queue-missing queues.consumers[q]: Queue q does not exist in the account.'],
    ],
    [
      'that nobody pulls from',
      [queue('q', live({ type: 'http_pull', scriptName: null }))],
      [
        'consumer-taken queues.consumers[q]: Queue q is consumed by a pull consumer, which names no Worker; a queue has one consumer.',
      ],
    ],
    [
      'that another Worker consumes',
      [queue('q', live({ scriptName: 'other' }))],
      ['consumer-taken queues.consumers[q]: Queue q is consumed by Worker other; a queue has one consumer.'],
    ],
  ])('need a queue %s', async (_name, queues, expected) => {
    const from = given(
      { queueConsumers: [consumes('q')] },
      { parts: { queueConsumers: {} }, triggers: { queues } },
    );
    const found = await problems({ ...from, options: { force: true } });
    expect(found).toEqual(expected);
  });
});

describe('workflows', () => {
  const workflow = (name: string, options: JsonObject = {}) => ({
    name,
    className: name.toUpperCase(),
    options,
  });
  const liveWorkflow = (name: string, fields: object = {}) => ({
    name,
    scriptName: 'acme',
    className: name.toUpperCase(),
    jurisdiction: undefined,
    ...fields,
  });

  test('that differ are registered; the new ones are those nobody has', () => {
    const wanted = [workflow('a'), workflow('b'), workflow('c')];
    const from = given(
      { workflows: wanted },
      {
        parts: {
          workflows: { a: { class_name: 'A' }, b: { class_name: 'OLD' }, theirs: { class_name: 'X' } },
        },
        triggers: { workflows: [liveWorkflow('a'), liveWorkflow('b')] },
      },
    );
    expect(stepOf(from)).toEqual([{ kind: 'workflows', put: [wanted[1], wanted[2]], created: ['c'] }]);
    expect(planOf(from).left.map(({ path }) => path)).toEqual(['workflows.theirs']);
  });

  test.each<[string, object, JsonObject, readonly string[]]>([
    ['of our own', {}, {}, []],
    ['of nobody', { scriptName: null }, {}, []],
    [
      'of another Worker',
      { scriptName: 'other' },
      {},
      ['workflow-taken workflows.w: Workflow w belongs to Worker other.'],
    ],
    ['of a jurisdiction that it has', { jurisdiction: 'eu' }, { jurisdiction: 'eu' }, []],
    [
      'of another jurisdiction',
      { jurisdiction: 'us' },
      { jurisdiction: 'eu' },
      [
        'workflow-jurisdiction workflows.w: Workflow w has the jurisdiction "us", which cannot be changed to "eu".',
      ],
    ],
    [
      'of no jurisdiction',
      { jurisdiction: null },
      { jurisdiction: 'eu' },
      ['workflow-jurisdiction workflows.w: Workflow w has no jurisdiction, which cannot be changed to "eu".'],
    ],
    ['of a jurisdiction that nobody tells', {}, { jurisdiction: 'eu' }, []],
    ['of a jurisdiction that nobody wants', { jurisdiction: 'us' }, {}, []],
  ])('are checked: one %s', async (_name, fields, options, expected) => {
    const from = given(
      { workflows: [workflow('w', options)] },
      {
        parts: { workflows: {} },
        triggers: { workflows: [liveWorkflow('x', { scriptName: 'y' }), liveWorkflow('w', fields)] },
      },
    );
    expect(await problems(from)).toEqual(expected);
  });
});

describe('bindings', () => {
  const kv = { name: 'KV', type: 'kv_namespace', namespace_id: '1' };
  const EXISTS = 'GET /storage/kv/namespaces/1';
  const binding = (
    bindings: ResolvedWorker['bindings'],
    parts: Partial<SectionValues> = {},
    more: Partial<ResolvedWorker> = {},
  ): PlanCase => ({
    worker: { bindings, ...more },
    live: (worker) => makeLive(worker, { bindings: {}, ...parts }),
  });

  test.each<[string, PlanCase, Readonly<Record<string, Answer>>, readonly string[]]>([
    ['that is there', binding([kv]), { [EXISTS]: { id: '1' } }, []],
    [
      'that is not there',
      binding([kv]),
      {},
      [
        'resource-missing bindings.KV: Binding KV points at KV namespace 1, which account 0123456789abcdef0123456789abcdef does not have.',
      ],
    ],
    [
      'that is bound already',
      { ...binding([kv], { bindings: { KV: kv } }), options: { force: true } },
      {},
      [],
    ],
    ['of a variable', binding([{ name: 'V', type: 'plain_text', text: 'x' }]), {}, []],
    ['that is the Worker itself', binding([{ name: 'S', type: 'service', service: 'acme' }]), {}, []],
    [
      'that is a queue which is there',
      binding([{ name: 'Q', type: 'queue', queue_name: 'jobs' }]),
      { 'GET /queues': [{ queue_id: '1', queue_name: 'jobs' }] },
      [],
    ],
    [
      'that is a queue which is not there',
      binding([{ name: 'Q', type: 'queue', queue_name: 'jobs' }]),
      { 'GET /queues': [{ queue_id: '1', queue_name: 'other' }] },
      [
        'resource-missing bindings.Q: Binding Q points at queue jobs, which account 0123456789abcdef0123456789abcdef does not have.',
      ],
    ],
  ])('need a target %s', async (_name, from, answers, expected) => {
    expect(await problems(from, answers)).toEqual(expected);
  });

  test('are not checked where nothing is uploaded', async () => {
    expect(await problems({ worker: { bindings: [kv] } })).toEqual([]);
  });

  test('that name no resource need a live one of their kind', async () => {
    const inherited = [{ name: 'KV', type: 'kv_namespace' }];
    const without = binding([], { bindings: { KV: { name: 'KV', type: 'r2_bucket' } } }, { inherited });
    expect(await problems(without)).toEqual([
      'nothing-to-inherit bindings.KV: Binding KV names no resource, and the live Worker has no kv_namespace of that name to keep.',
    ]);
    expect(await problems(binding([], { code: 'older', bindings: { KV: kv } }, { inherited }))).toEqual([]);
  });

  test('do not take the place of a live secret', async () => {
    const variable = { name: 'KEY', type: 'plain_text', text: 'x' };
    expect(await problems(binding([variable], { secrets: ['KEY'] }))).toEqual([
      expect.stringContaining('replaces-secret bindings.KEY: KEY is a secret of the live Worker') as string,
    ]);
    expect(await problems(binding([variable], { secrets: ['OTHER'] }))).toEqual([]);
    expect(
      await problems(binding([{ name: 'KEY', type: 'inherit' }], { code: 'older', secrets: ['KEY'] })),
    ).toEqual([]);
  });
});

test('exports that go say whether their objects do', () => {
  const parts = { exports: { Room: { type: 'durable-object' }, Hall: { type: 'durable-object' } } };
  const exports = { Room: { type: 'durable-object', state: 'deleted' } };
  const plan = planOf({ worker: { exports }, live: (worker) => makeLive(worker, parts) });
  expect(
    plan.changes.map(({ path, destructive, irreversible, consequence }) => [
      path,
      destructive,
      irreversible,
      consequence,
    ]),
  ).toEqual([
    ['exports.Hall', false, true, "class Hall is no longer this Worker's, which cannot be undone"],
    ['exports.Room', true, true, 'class Room is deleted with all objects, which cannot be undone'],
  ]);
  const added = planOf({
    worker: { exports: { Room: { type: 'durable-object' } } },
    live: (worker) => makeLive(worker, { exports: {} }),
  });
  expect(added.changes).toMatchObject([
    { path: 'exports.Room', destructive: false, irreversible: false, consequence: null },
  ]);
});

test('settings that differ are set, foreign tags kept; a new Worker and one in a namespace have no step for them', () => {
  const worker = {
    hasEnvironments: true,
    environment: 'x',
    serviceName: 'shop',
    settings: { logpush: true, tail_consumers: [{ service: 'tail' }] },
  };
  const before = {
    logpush: false,
    observability: { enabled: true },
    tail_consumers: [],
    tags: ['cf:service=old'],
  };
  const live = (is: ResolvedWorker): LiveWorker =>
    makeLive(is, { settings: before }, { tags: ['mine', 'cf:service=old'] });
  expect(planOf({ worker, live }).steps).toMatchObject([
    {
      kind: 'script-settings',
      after: {
        logpush: true,
        observability: { enabled: false },
        tail_consumers: [{ service: 'tail' }],
        tags: ['mine', 'cf:environment=x', 'cf:service=shop'],
      },
      before: {
        logpush: false,
        observability: { enabled: true },
        tail_consumers: [],
        tags: ['mine', 'cf:service=old'],
      },
    },
  ]);
  const left = planOf({
    live: (is) =>
      makeLive(is, {
        settings: { logpush: true, observability: { enabled: false }, tail_consumers: [], tags: [] },
      }),
  });
  expect([left.steps, left.left.map(({ path }) => path)]).toEqual([[], ['settings.logpush']]);
  expect(planOf({ worker, live: () => makeAbsent() }).steps.map(({ kind }) => kind)).toEqual([
    'upload-script',
    'subdomain',
  ]);
  expect(makeWorker().settings).toEqual({});
});
