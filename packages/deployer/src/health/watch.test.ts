import { expect, test } from 'vitest';
import { makeHealthCheck } from '../../test/support/worker.ts';
import { watchHealth, type WatchOptions } from './watch.ts';

const NEW = '11111111-0000-4000-8000-000000000000';
const OLD = '22222222-0000-4000-8000-000000000000';

/** What is answered, one after the other; the last one from then on. */
function watching(answers: readonly (object | Response | Error)[], fields: Partial<WatchOptions> = {}) {
  const asked: Request[] = [];
  const waits: number[] = [];
  let clock = 0;
  const report = watchHealth({
    check: makeHealthCheck(),
    baseUrl: 'https://acme.test.workers.dev',
    expected: { versionId: NEW, pinned: false },
    fetch: async (input, init) => {
      asked.push(new Request(input, init));
      const answer = answers[Math.min(asked.length, answers.length) - 1];
      if (answer instanceof Error) throw answer;
      return answer instanceof Response ? answer.clone() : Response.json(answer);
    },
    now: () => clock,
    sleep: async (ms) => {
      waits.push(ms);
      clock += ms;
    },
    onAttempt: () => undefined,
    redact: (text) => text.replaceAll('hidden-value', '***'),
    refuse: () => null,
    ...fields,
  });
  return { report, asked, waits };
}

const good = { status: 'ok', version: { id: NEW } };
const old = { status: 'ok', version: { id: OLD } };
const sick = { status: 'broken', version: { id: NEW } };

test('three good answers in a row prove the new version, without any waiting between them', async () => {
  const { report, asked, waits } = watching([good]);
  expect(await report).toMatchObject({
    verdict: 'healthy',
    attempts: 3,
    versionId: NEW,
    versionProven: true,
    excerpt: null,
  });
  expect(asked.map(({ url }) => url)).toEqual(Array(3).fill('https://acme.test.workers.dev/health'));
  expect(waits).toEqual([]);
});

test('answers that alternate between old and new are no proof until enough good ones come in a row', async () => {
  const { report, waits } = watching([old, good, old, good, good, good]);
  expect(await report).toMatchObject({ verdict: 'healthy', attempts: 6 });
  expect(waits).toEqual([1, 1]);
});

test('how many good answers are wanted is configured', async () => {
  const { report } = watching([good], { check: makeHealthCheck({ successes: 5 }) });
  expect(await report).toMatchObject({ verdict: 'healthy', attempts: 5 });
});

test('one good answer is enough at a version’s own URL, and where nothing has to spread', async () => {
  const pinned = watching([good], { expected: { versionId: NEW, pinned: true } });
  expect(await pinned.report).toMatchObject({ verdict: 'healthy', attempts: 1 });
  const unchanged = watching([good], { attempts: 2 });
  expect(await unchanged.report).toMatchObject({ verdict: 'healthy', attempts: 1 });
});

test('after the last attempt the last answer decides', async () => {
  const { report } = watching([sick, old]);
  expect(await report).toMatchObject({ verdict: 'old-version', attempts: 3 });
});

test('an old version that still answers now and then is told with how often the new one did', async () => {
  const { report } = watching([good, old, good, old, good, old]);
  const { verdict, message } = await report;
  expect(verdict).toBe('old-version');
  expect(message).toContain('3 of 6 answers were the new version');
});

test('a sick answer stays sick when nobody answers after it', async () => {
  const { report } = watching([sick, new TypeError('connect ECONNRESET')]);
  expect(await report).toMatchObject({ verdict: 'unhealthy', attempts: 3 });
});

test('a host that is not there yet is spreading, and is given more and more time', async () => {
  const check = makeHealthCheck({ attempts: 6, intervalMs: 1000 });
  const { report, waits } = watching([new Response('error code: 1042', { status: 404 })], { check });
  expect(await report).toMatchObject({ verdict: 'spreading', attempts: 6 });
  expect(waits).toEqual([1000, 2000, 4000, 8000, 8000]);
});

test('nothing is asked after the deadline', async () => {
  const check = makeHealthCheck({ attempts: 100, intervalMs: 1000, deadlineMs: 5000 });
  const { report, waits } = watching([new TypeError('connect ECONNREFUSED')], { check });
  expect(await report).toMatchObject({ verdict: 'inconclusive', attempts: 6 });
  expect(waits.reduce((sum, ms) => sum + ms)).toBe(5000);
});

test.each([
  ['a login', new Response(null, { status: 302, headers: { location: '/login' } })],
  ['a challenge', new Response('', { status: 403, headers: { 'cf-mitigated': 'challenge' } })],
])(
  '%s that answers three times will not go away, so the other attempts are not spent',
  async (_what, answer) => {
    const check = makeHealthCheck({ attempts: 10, intervalMs: 1000 });
    const { report, waits } = watching([answer], { check });
    const { verdict, attempts, hint } = await report;
    expect([verdict, attempts]).toEqual(['inconclusive', 3]);
    expect(hint).toContain('healthCheck.headers');
    expect(waits).toEqual([250, 250]);
  },
);

test('a limit on requests may pass, so all attempts are made', async () => {
  const { report } = watching([new Response('', { status: 429 }), good]);
  expect(await report).toMatchObject({ verdict: 'healthy', attempts: 4 });
});

test('a bad answer is shown by its first bytes, on one line, without secrets', async () => {
  const { report } = watching([new Response('Boom:\n\u001B[31m hidden-value', { status: 500 })]);
  expect(await report).toMatchObject({
    verdict: 'unhealthy',
    excerpt: 'Boom: [31m ***',
    message: 'HTTP 500, expected 200; the answer begins: Boom: [31m ***',
  });
});

test('its own URL, headers and number of attempts are used', async () => {
  const check = makeHealthCheck({ url: 'https://other.example/up', headers: { 'x-key': 'k' } });
  const { report, asked } = watching([old], { check, attempts: 1 });
  expect(await report).toMatchObject({ attempts: 1, url: 'https://other.example/up' });
  expect(asked[0]?.headers.get('x-key')).toBe('k');
});

test('a path that begins with two slashes does not choose the host', async () => {
  const { report, asked } = watching([good], { check: makeHealthCheck({ path: '//evil.example/x?y=1' }) });
  await report;
  expect(asked[0]?.url).toBe('https://acme.test.workers.dev//evil.example/x?y=1');
});

test('a URL that must not be asked is not asked', async () => {
  const { report, asked } = watching([good], { refuse: () => 'evil.example is no host of this Worker' });
  const { verdict, message, hint } = await report;
  expect([verdict, message]).toEqual([
    'inconclusive',
    'its URL must not be asked: evil.example is no host of this Worker',
  ]);
  expect(hint).toContain('healthHosts');
  expect(asked).toEqual([]);
});

test('a Worker without a URL cannot be judged', async () => {
  const { report, asked } = watching([good], { baseUrl: null });
  expect(await report).toMatchObject({ verdict: 'inconclusive', attempts: 0 });
  expect(asked).toEqual([]);
});
