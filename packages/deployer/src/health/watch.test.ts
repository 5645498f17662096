import { expect, test } from 'vitest';
import { makeHealthCheck } from '../../test/support/worker.ts';
import { watchHealth, type WatchOptions } from './watch.ts';

function watching(answers: readonly (object | Error)[], fields: Partial<WatchOptions> = {}) {
  const asked: Request[] = [];
  const waits: number[] = [];
  const report = watchHealth({
    check: makeHealthCheck(),
    baseUrl: 'https://acme.test.workers.dev',
    expected: { versionId: 'new', pinned: false },
    fetch: async (input, init) => {
      asked.push(new Request(input, init));
      const answer = answers[Math.min(asked.length, answers.length) - 1];
      if (answer instanceof Error) throw answer;
      return Response.json(answer);
    },
    now: () => 0,
    sleep: async (ms) => {
      waits.push(ms);
    },
    onAttempt: () => undefined,
    ...fields,
  });
  return { report, asked, waits };
}

const good = { status: 'ok', version: { id: 'new' } };
const old = { status: 'ok', version: { id: 'old' } };

test('asks again while the old version still answers, and ends with the first good answer', async () => {
  const { report, asked, waits } = watching([old, good, old]);
  expect(await report).toMatchObject({ verdict: 'healthy', attempts: 2, versionId: 'new' });
  expect(asked.map(({ url }) => url)).toEqual(Array(2).fill('https://acme.test.workers.dev/health'));
  expect(waits).toEqual([1]);
});

test('after the last attempt the last answer decides', async () => {
  const { report } = watching([new TypeError('no route'), old]);
  expect(await report).toMatchObject({ verdict: 'old-version', attempts: 3 });
});

test('its own URL, headers and number of attempts are used', async () => {
  const check = makeHealthCheck({ url: 'https://other.example/up', headers: { 'x-key': 'k' } });
  const { report, asked } = watching([old], { check, attempts: 1 });
  expect(await report).toMatchObject({ attempts: 1, url: 'https://other.example/up' });
  expect(asked[0]?.headers.get('x-key')).toBe('k');
});

test('a Worker without a URL cannot be judged', async () => {
  const { report, asked } = watching([good], { baseUrl: null });
  expect(await report).toMatchObject({ verdict: 'inconclusive', attempts: 0 });
  expect(asked).toEqual([]);
});
