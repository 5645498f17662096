import { afterEach, expect, it } from 'vitest';
import { createDouble, createEmulator, ownWords, PERMISSIONS } from '../src/index.ts';
import type { Emulator, EmulatorOptions } from '../src/index.ts';
import { ACCOUNT, TOKEN, call, upload } from './support/client.ts';

const SCRIPT = '/accounts/:account/workers/scripts/hello';
const TELEMETRY = '/accounts/:account/workers/observability/telemetry/query';

let emulator: Emulator;
afterEach(() => emulator.close());

/** A Worker whose answer is what its path asks for: a status, or an exception. */
async function start(options: EmulatorOptions = {}): Promise<void> {
  emulator = await createEmulator({
    runtime: ({ view, clock, random }) =>
      createDouble({
        view,
        clock,
        random,
        answer: (answering) => {
          const [, what = ''] = new URL(answering.request.url).pathname.split('/');
          if (what === 'throw') throw new Error('no');
          return what === '' ? ownWords(answering) : new Response('', { status: Number(what) });
        },
      }),
    clock: 'virtual',
    seed: 'metrics',
    accounts: [{ id: ACCOUNT, subdomain: 'test' }],
    tokens: [TOKEN],
    ...options,
  });
  await call(emulator, 'PUT', SCRIPT, upload());
  await call(emulator, 'POST', `${SCRIPT}/subdomain`, { enabled: true, previews_enabled: true });
}

async function visit(...paths: readonly string[]): Promise<void> {
  for (const path of paths) await emulator.fetch(new Request(`http://hello.test.workers.dev/${path}`));
}

async function graphql(text: string, variables: object = {}): Promise<Record<string, unknown>> {
  const response = await emulator.fetch(
    new Request('https://api.cloudflare.com/client/v4/graphql', {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: text, variables }),
    }),
  );
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

/** Rows of the dataset for the last hour and the next. */
async function rows(
  select = 'dimensions { scriptVersion status } sum { requests errors } avg { sampleInterval }',
) {
  const now = emulator.clock.now().getTime();
  const answer = await graphql(
    `query Q($a: string!, $from: Time!, $to: Time!) { viewer { accounts(filter: { accountTag: $a }) {
       workersInvocationsAdaptive(limit: 100, filter: { scriptName: "hello", datetime_geq: $from, datetime_lt: $to }) { ${select} } } } }`,
    {
      a: ACCOUNT,
      from: new Date(now - 3_600_000).toISOString(),
      to: new Date(now + 3_600_000).toISOString(),
    },
  );
  const data = answer['data'] as { viewer: { accounts: { workersInvocationsAdaptive: Row[] }[] } };
  return data.viewer.accounts[0]?.workersInvocationsAdaptive ?? [];
}

interface Row {
  readonly dimensions?: { readonly scriptVersion: string; readonly status: string };
  readonly sum: { readonly requests: number; readonly errors?: number };
  readonly avg?: { readonly sampleInterval: number };
}

it('counts requests that were really served by version and end: a 500 is a success, an exception an error', async () => {
  await start();
  await visit('', '', '500', 'throw');
  expect((await rows()).map(({ dimensions, sum }) => [dimensions?.status, sum])).toEqual([
    ['success', { requests: 3, errors: 0 }],
    ['scriptThrewException', { requests: 1, errors: 1 }],
  ]);
  expect(await rows('sum { requests }')).toEqual([{ sum: { requests: 4 } }]);
});

it('counts late and thinned out when it is dialled so', async () => {
  await start({ metrics: { lagMs: 90_000, sampleInterval: 4 } });
  for (let visitor = 0; visitor < 400; visitor += 1) await visit('');
  expect(await rows()).toEqual([]);
  emulator.admin.advanceClock(91_000);
  const [row] = await rows();
  expect(row?.avg).toEqual({ sampleInterval: 4 });
  expect((row?.sum.requests ?? 0) / 4).toBeGreaterThan(60);
  expect((row?.sum.requests ?? 0) / 4).toBeLessThan(140);
});

it('refuses without the permission as Cloudflare does, a field it does not know, and a window without an end', async () => {
  await start({ tokens: [{ value: TOKEN, permissions: [PERMISSIONS.scriptsWrite] }] });
  const asked = (filter: string, field: string): string =>
    `{ viewer { accounts(filter: { accountTag: "${ACCOUNT}" }) { workersInvocationsAdaptive(limit: 1, filter: { ${filter} }) { ${field} } } } }`;
  const window = 'datetime_geq: "2026-01-01T00:00:00Z", datetime_lt: "2026-01-02T00:00:00Z"';
  expect(await graphql(asked(window, 'sum { requests }'))).toMatchObject({
    data: null,
    errors: [{ message: 'not authorized for that account' }],
  });
  expect(await graphql(asked(window, 'sum { elephants }'))).toMatchObject({
    errors: [{ message: expect.stringContaining('elephants') }],
  });
  expect((await call(emulator, 'POST', TELEMETRY, {})).status).toBe(403);
  await emulator.close();
  await start();
  expect(await graphql(asked('datetime_geq: "2026-01-01T00:00:00Z"', 'sum { requests }'))).toMatchObject({
    errors: [{ message: expect.stringContaining('time range') }],
  });
});

it('counts what Workers Logs kept, by the keys that are asked for, while the logs are on', async () => {
  await start();
  await visit('', '503');
  const now = emulator.clock.now().getTime();
  const count = async (by: readonly string[], filters: readonly object[] = []): Promise<unknown> => {
    const { result } = await call(emulator, 'POST', TELEMETRY, {
      queryId: 'q',
      view: 'calculations',
      timeframe: { from: now - 60_000, to: now + 60_000 },
      parameters: {
        datasets: ['cloudflare-workers'],
        filters,
        calculations: [{ operator: 'count' }],
        groupBys: by.map((value) => ({ type: 'string', value })),
      },
    });
    const [calculation] = result['calculations'] as {
      aggregates: { count: number; groups: { value: unknown }[] }[];
    }[];
    return calculation?.aggregates.map(({ count: seen, groups }) => [
      ...groups.map(({ value }) => value),
      seen,
    ]);
  };
  expect(await count(['$workers.outcome'])).toEqual([]);
  await call(emulator, 'PATCH', `${SCRIPT}/script-settings`, { observability: { enabled: true } });
  await visit('', '503', '503', 'throw');
  expect(await count(['$workers.outcome'])).toEqual([
    ['ok', 3],
    ['exception', 1],
  ]);
  // An exception has no status, so it falls out of a grouping by it.
  expect(await count(['$workers.event.response.status'])).toEqual([
    [200, 1],
    [503, 2],
  ]);
  const bad = { key: '$workers.event.response.status', operation: 'gte', type: 'number', value: 500 };
  expect(await count(['$workers.outcome'], [bad])).toEqual([['ok', 2]]);
});
