import { expect, test } from 'vitest';
import { fakeApi } from '../../../test/support/api.ts';
import { makeWorker } from '../../../test/support/worker.ts';
import { createAccountReads } from '../../cloudflare/account-reads.ts';
import type { ResolvedWorker, Triggers } from '../../resolve/resolved-worker.ts';
import type { TenantContext } from '../../session/tenant-context.ts';
import { declaredLists, hasDeclaredLists } from './sweep-lists.ts';

const ANSWERS = {
  'GET /workers/domains': [
    { id: '1', hostname: 'a.b', service: 'acme' },
    { id: '2', hostname: 'c.d', service: 'other' },
  ],
  'GET /queues': [
    { queue_id: 'q1', queue_name: 'jobs', consumers: [{ script: 'other' }, { script: 'acme' }] },
    { queue_id: 'q2', queue_name: 'theirs', consumers: [{ script: 'other' }] },
    { queue_id: 'q3', queue_name: 'nobody' },
  ],
  'GET /workflows': [
    { name: 'w', script_name: 'acme' },
    { name: 'x', script_name: 'other' },
  ],
  'GET /zones': [{ id: 'z2', name: 'example.net' }],
  'GET /zones/z1/workers/routes': [
    { id: '1', pattern: 'b/*', script: 'acme' },
    { id: '2', pattern: 'c/*', script: 'other' },
  ],
  'GET /zones/z2/workers/routes': [{ id: '3', pattern: 'a/*', script: 'acme' }],
};

async function lists(triggers: Partial<Triggers>) {
  const { reader, reads } = fakeApi(ANSWERS);
  const worker: ResolvedWorker = makeWorker({ triggers: { workersDev: true, ...triggers } });
  const context = { worker, account: createAccountReads(), api: { reader } } as unknown as TenantContext;
  return { found: await declaredLists(context), reads, declared: hasDeclaredLists(worker) };
}

test('lists that no file mentions are not asked for', async () => {
  expect(await lists({})).toEqual({
    found: { domains: null, queues: null, workflows: null, routes: null },
    reads: [],
    declared: false,
  });
});

test.each<[keyof Triggers, Partial<Triggers>, object]>([
  ['customDomains', { customDomains: [] }, { domains: [{ hostname: 'a.b' }] }],
  ['queueConsumers', { queueConsumers: [] }, { queues: [{ name: 'jobs' }] }],
  ['workflows', { workflows: [] }, { workflows: [{ name: 'w' }] }],
  ['routes', { routes: [] }, { routes: [] }],
])('of %s only what is the Worker’s counts', async (_name, triggers, expected) => {
  const { found, declared } = await lists(triggers);
  expect(declared).toBe(true);
  expect(Object.fromEntries(Object.entries(found).filter(([, value]) => value !== null))).toMatchObject(
    expected,
  );
  const [[, list] = []] = Object.entries(expected);
  expect(Object.values(found).find((value) => value !== null)).toHaveLength((list as unknown[]).length);
});

test('routes are asked for once in each zone, and come in their order', async () => {
  const { found, reads } = await lists({
    routes: [
      { pattern: 'b/*', zoneId: 'z1' },
      { pattern: 'b/x', zoneId: 'z1' },
      { pattern: 'a/*', zoneName: 'example.net' },
    ],
  });
  expect(found).toMatchObject({ routes: ['a/*', 'b/*'] });
  expect(reads.filter((call) => call.endsWith('/routes'))).toEqual([
    'GET /zones/z1/workers/routes',
    'GET /zones/z2/workers/routes',
  ]);
});

test.each<[string, NonNullable<Triggers['routes']>]>([
  ['is not said', [{ pattern: 'a/*' }]],
  ['is none of the account', [{ pattern: 'a/*', zoneName: 'other.net' }]],
])('a route whose zone %s cannot be told from lists', async (_name, routes) => {
  await expect(lists({ routes })).rejects.toThrow('the zone of a route is not known');
});
