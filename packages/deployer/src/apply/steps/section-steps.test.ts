import { describe, expect, test } from 'vitest';
import { lost, refused, type Answer } from '../../../test/support/api.ts';
import { BEFORE, DEPLOYMENTS, OURS, SCRIPT, THEIRS, carry, listed } from '../../../test/support/steps.ts';
import { type DeployError, CredentialsError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import type { Step } from '../../plan/step.ts';

/** The steps of sections against the API: what they send, and what they send to put it back. */
describe('steps of sections', () => {
  const queue = { id: 'q1', name: 'jobs', consumers: [] };
  const consumer = (fields: JsonObject = {}) => ({
    type: 'worker' as const,
    script_name: 'acme',
    settings: { batch_size: 5 },
    ...fields,
  });
  test.each<[string, Step, readonly [string, unknown][], readonly [string, unknown][], string | null]>([
    [
      'crons',
      { kind: 'crons', before: ['1 * * * *'], after: ['2 * * * *', '3 * * * *'] },
      [[`PUT ${SCRIPT}/schedules`, [{ cron: '2 * * * *' }, { cron: '3 * * * *' }]]],
      [[`PUT ${SCRIPT}/schedules`, [{ cron: '1 * * * *' }]]],
      null,
    ],
    [
      'settings',
      { kind: 'script-settings', before: { logpush: false }, after: { logpush: true } },
      [[`PATCH ${SCRIPT}/script-settings`, { logpush: true }]],
      [[`PATCH ${SCRIPT}/script-settings`, { logpush: false }]],
      null,
    ],
    [
      'workers.dev',
      { kind: 'subdomain', before: { enabled: false }, after: { enabled: true, previews_enabled: true } },
      [[`POST ${SCRIPT}/subdomain`, { enabled: true, previews_enabled: true }]],
      [[`POST ${SCRIPT}/subdomain`, { enabled: false }]],
      null,
    ],
    [
      'routes',
      { kind: 'routes', before: [{ pattern: 'a/*' }], after: [{ pattern: 'b/*', zone_id: 'z' }] },
      [[`PUT ${SCRIPT}/routes`, [{ pattern: 'b/*', zone_id: 'z' }]]],
      [[`PUT ${SCRIPT}/routes`, [{ pattern: 'a/*' }]]],
      null,
    ],
    [
      'custom domains that were taken over',
      {
        kind: 'custom-domains',
        before: [{ hostname: 'a.b' }],
        after: [{ hostname: 'c.d' }],
        takeOver: true,
      },
      [[`PUT ${SCRIPT}/domains/records`, domains(['c.d'], true)]],
      [[`PUT ${SCRIPT}/domains/records`, domains(['a.b'], false)]],
      'custom domains that were taken over from other Workers',
    ],
    [
      'custom domains of its own',
      { kind: 'custom-domains', before: [], after: [{ hostname: 'c.d' }], takeOver: false },
      [[`PUT ${SCRIPT}/domains/records`, domains(['c.d'], false)]],
      [[`PUT ${SCRIPT}/domains/records`, domains([], false)]],
      null,
    ],
    [
      'workflows, of which the new ones go again',
      {
        kind: 'workflows',
        put: [
          { name: 'a', className: 'A', options: { limits: { steps: 1 } } },
          { name: 'b', className: 'B', options: { limits: { steps: 2 } } },
          { name: 'c', className: 'C', options: {} },
        ],
        created: ['b'],
      },
      [
        ['PUT /workflows/a', { script_name: 'acme', class_name: 'A', limits: { steps: 1 } }],
        ['PUT /workflows/b', { script_name: 'acme', class_name: 'B', limits: { steps: 2 } }],
        ['PUT /workflows/c', { script_name: 'acme', class_name: 'C' }],
      ],
      [['DELETE /workflows/b', null]],
      'options of workflow a',
    ],
    [
      'a consumer that is added',
      { kind: 'queue-consumers', edits: [{ queue, consumerId: null, before: null, after: consumer() }] },
      [['POST /queues/q1/consumers', consumer()]],
      [],
      null,
    ],
    [
      'a consumer that is changed',
      {
        kind: 'queue-consumers',
        edits: [
          { queue, consumerId: 'c1', before: consumer(), after: consumer({ dead_letter_queue: 'dead' }) },
        ],
      },
      [['PUT /queues/q1/consumers/c1', consumer({ dead_letter_queue: 'dead' })]],
      // It is not there when it is looked for: it is added again.
      [['POST /queues/q1/consumers', consumer()]],
      null,
    ],
    [
      'a consumer that is removed',
      { kind: 'queue-consumers', edits: [{ queue, consumerId: 'c1', before: consumer(), after: null }] },
      [['DELETE /queues/q1/consumers/c1', null]],
      [['POST /queues/q1/consumers', consumer()]],
      null,
    ],
  ])('%s', async (_name, step, applied, reverted, left) => {
    const set = step.kind === 'custom-domains' ? step.after : [];
    const answers = {
      'GET /queues': [{ queue_id: 'q1', queue_name: 'jobs' }],
      'GET /workers/domains': set.map(({ hostname }) => ({ id: hostname, hostname, service: 'acme' })),
    };
    const done = await carry('apply', step, answers);
    expect(done.writes.map(({ call, body }) => [call, body])).toEqual(applied);
    const undone = await carry('revert', step, answers);
    expect(undone.writes.map(({ call, body }) => [call, body])).toEqual(reverted);
    expect(undone.result).toBe(left);
  });

  const POST = 'POST /queues/q1/consumers';
  const add: Step = {
    kind: 'queue-consumers',
    edits: [{ queue, consumerId: null, before: null, after: consumer() }],
  };
  const there = (fields: JsonObject = {}): Answer => [
    { queue_id: 'q0', queue_name: 'other', consumers: [{ consumer_id: 'c0', script: 'acme' }] },
    { queue_id: 'q1', queue_name: 'jobs', consumers: [{ consumer_id: 'c7', script: 'acme', ...fields }] },
  ];
  test.each<[string, DeployError, Answer, readonly string[], string | undefined]>([
    [
      'is there already: it is changed',
      refused(11004),
      there(),
      [POST, 'PUT /queues/q1/consumers/c7'],
      undefined,
    ],
    ['may have been added: it is changed', lost(), there(), [POST, 'PUT /queues/q1/consumers/c7'], undefined],
    ['belongs to another Worker: refused', refused(11004), there({ script: 'x' }), [POST], 'API_REFUSED'],
    ['was lost and is not there', lost(), [], [POST], 'API_UNREACHABLE'],
    ['is refused for another reason', refused(11000), there(), [POST], 'API_REFUSED'],
  ])('a consumer that %s', async (_name, fault, queues, calls, code) => {
    const { result, writes } = await carry('apply', add, {
      'POST /queues/q1/consumers': fault,
      'GET /queues': queues,
    });
    expect(writes.map(({ call }) => call)).toEqual(calls);
    expect((result as { readonly code?: string }).code).toBe(code);
  });

  test('undone, an added consumer is removed, a changed one changed back, the last edit first', async () => {
    const edits = [
      { queue, consumerId: null, before: null, after: consumer() },
      {
        queue: { ...queue, id: 'q2' },
        consumerId: 'c2',
        before: consumer({ type: 'http_pull', script_name: undefined }),
        after: null,
      },
    ];
    const { calls } = await carry('revert', { kind: 'queue-consumers', edits } as unknown as Step, {
      'GET /queues': [
        { queue_id: 'q1', queue_name: 'jobs', consumers: [{ consumer_id: 'c7', script: 'acme' }] },
        { queue_id: 'q2', queue_name: 'pull', consumers: [{ consumer_id: 'c8', type: 'http_pull' }] },
      ],
    });
    expect(calls).toEqual(['PUT /queues/q2/consumers/c8', 'DELETE /queues/q1/consumers/c7']);
  });

  const crons: Step = { kind: 'crons', before: ['1 * * * *'], after: ['2 * * * *'] };
  const times = (...schedules: readonly string[]): Answer => ({
    schedules: schedules.map((cron) => ({ cron })),
  });
  test.each<[string, Answer, Answer, readonly string[], string | null]>([
    ['as it was set', times('2 * * * *'), listed(BEFORE), [`PUT ${SCRIPT}/schedules`], null],
    ['as it was before', times('1 * * * *'), listed(OURS, BEFORE), [], null],
    [
      'changed by somebody since',
      times('3 * * * *'),
      listed(OURS, BEFORE),
      [],
      'not undone, because somebody changed it since: set crons 2 * * * *',
    ],
    [
      'another deploy’s now',
      times('2 * * * *'),
      listed(THEIRS, OURS, BEFORE),
      [],
      'not undone, because another deploy is live: set crons 2 * * * *',
    ],
  ])('what is %s is undone accordingly', async (_name, found, deployments, sent, left) => {
    const { result, calls } = await carry('revert', crons, {
      [`GET ${SCRIPT}/schedules`]: found,
      [`GET ${DEPLOYMENTS}`]: deployments,
    });
    expect([calls, result]).toEqual([sent, left]);
  });

  test('a workflow that cannot be removed again keeps nothing else from being undone', async () => {
    const step: Step = {
      kind: 'workflows',
      put: [{ name: 'a', className: 'A', options: {} }],
      created: ['a'],
    };
    expect((await carry('revert', step, { 'DELETE /workflows/a': refused(1) })).result).toBeNull();
  });
});

function domains(hostnames: readonly string[], takeOver: boolean): object {
  return {
    override_scope: true,
    override_existing_origin: takeOver,
    override_existing_dns_record: takeOver,
    origins: hostnames.map((hostname) => ({ hostname })),
  };
}

describe('routes, with a token that may not edit every zone, are set zone by zone', () => {
  const denied = new CredentialsError('PERMISSION_DENIED', 'not allowed');
  const step: Step = {
    kind: 'routes',
    before: [{ pattern: 'old.example.com/*' }, { pattern: 'kept.example.com/*' }],
    after: [
      { pattern: 'kept.example.com/*' },
      { pattern: 'a.example.com/*', zone_id: 'z1' },
      { pattern: 'b.example.net/*', zone_name: 'example.net' },
    ],
  };
  const answers = {
    [`PUT ${SCRIPT}/routes`]: denied,
    'GET /zones': [
      { id: 'z2', name: 'example.com' },
      { id: 'z3', name: 'example.net' },
    ],
    'GET /zones/z1/workers/routes': [],
    'GET /zones/z2/workers/routes': [
      { id: 'r0', pattern: 'old.example.com/*', script: 'other' },
      { id: 'r1', pattern: 'old.example.com/*', script: 'acme' },
    ],
    'GET /zones/z3/workers/routes': [{ id: 'r2', pattern: 'b.example.net/*', script: 'other' }],
  } as unknown as Readonly<Record<string, Answer>>;

  test('what is missing is added, what is too much removed', async () => {
    const { result, writes } = await carry('apply', step, answers);
    expect(result).toEqual({});
    expect(writes.slice(1).map(({ call, body }) => [call, body])).toEqual([
      ['POST /zones/z1/workers/routes', { pattern: 'a.example.com/*', script: 'acme' }],
      ['POST /zones/z3/workers/routes', { pattern: 'b.example.net/*', script: 'acme' }],
      ['DELETE /zones/z2/workers/routes/r1', null],
    ]);
  });

  test('what is there already is not added, what is another Worker’s not removed', async () => {
    const { calls } = await carry('apply', step, {
      ...answers,
      'GET /zones/z1/workers/routes': [{ id: 'r5', pattern: 'a.example.com/*', script: 'acme' }],
      'GET /zones/z2/workers/routes': [{ id: 'r1', pattern: 'old.example.com/*', script: 'other' }],
      'GET /zones/z3/workers/routes': [{ id: 'r2', pattern: 'b.example.net/*', script: 'acme' }],
    });
    expect(calls).toEqual([`PUT ${SCRIPT}/routes`]);
  });

  test('a route of no zone is refused', async () => {
    const { result } = await carry('apply', step, { ...answers, 'GET /zones': [] });
    expect(result).toMatchObject({ code: 'RESOURCE_MISSING' });
  });

  test.each([new CredentialsError('CREDENTIALS_INVALID', 'wrong'), refused(1)])(
    'but not after another error',
    async (error) => {
      const { result, calls } = await carry('apply', step, { ...answers, [`PUT ${SCRIPT}/routes`]: error });
      expect([result, calls.length]).toEqual([error, 1]);
    },
  );
});
