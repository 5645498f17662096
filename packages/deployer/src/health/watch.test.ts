import { expect, test, vi } from 'vitest';
import { makeHealthCheck } from '../../test/support/worker.ts';
import { skippedHealth, watchHealth, type WatchOptions } from './watch.ts';

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

test('a report says all there is to say', async () => {
  const told: unknown[] = [];
  const onAttempt: WatchOptions['onAttempt'] = (...args) => void told.push(args);
  const none = { skipped: null, excerpt: null, hint: null, configured: true };
  const well = { ...none, url: 'https://acme.test.workers.dev/health', latencyMs: 0, versionId: NEW };
  const oldNow = `version ${OLD} answered, not ${NEW}`;
  expect(await watching([good, good, old, good], { onAttempt }).report).toEqual({
    ...well,
    verdict: 'healthy',
    attempts: 6,
    message: 'HTTP 200 as expected, 3 times in a row',
    versionProven: true,
  });
  expect(told).toEqual([
    [1, 'HTTP 200 as expected'],
    [2, 'HTTP 200 as expected'],
    [3, oldNow],
    [4, 'HTTP 200 as expected'],
    [5, 'HTTP 200 as expected'],
    [6, 'HTTP 200 as expected'],
  ]);
  expect(await watching([good], { attempts: 1 }).report).toEqual({
    ...well,
    verdict: 'healthy',
    attempts: 1,
    message: 'HTTP 200 as expected',
    versionProven: true,
  });
  expect(await watching([old]).report).toEqual({
    ...well,
    verdict: 'old-version',
    attempts: 3,
    message: `${oldNow}; the answer begins: ${JSON.stringify({ status: 'ok', version: { id: OLD } })}`,
    versionId: OLD,
    versionProven: false,
    excerpt: JSON.stringify({ status: 'ok', version: { id: OLD } }),
  });
  expect(await watching([new Response(' ', { status: 500 })]).report).toEqual({
    ...well,
    verdict: 'unhealthy',
    attempts: 3,
    message: 'HTTP 500, expected 200',
    versionId: null,
    versionProven: false,
    excerpt: '',
  });
});

test('too few good answers when the time is up are no proof', async () => {
  const check = makeHealthCheck({ attempts: 100, successes: 3, intervalMs: 10, deadlineMs: 40 });
  let clock = 0;
  const { report } = watching([old, good], { check, now: () => (clock += 5) });
  expect(await report).toMatchObject({
    verdict: 'spreading',
    attempts: 2,
    message: '1 of 3 good answers in a row when the time was up',
    excerpt: null,
    versionId: NEW,
    versionProven: true,
  });
});

test('nobody waits longer for one answer than there is time left, nor no time at all', async () => {
  const timers = vi.spyOn(globalThis, 'setTimeout');
  const check = makeHealthCheck({ attempts: 9, intervalMs: 700, timeoutMs: 1_000, deadlineMs: 1_500 });
  await watching([sick], { check }).report;
  await watching([sick], { check: { ...check, deadlineMs: 0 } }).report;
  const timeouts = timers.mock.calls.map(([, ms]) => ms);
  timers.mockRestore();
  expect(timeouts).toEqual([1_000, 800, 100, 1, 1]);
});

test('a signal ends it after the answer that is under way', async () => {
  const { report, waits } = watching([old], { signal: AbortSignal.abort() });
  expect(await report).toMatchObject({ attempts: 1, verdict: 'old-version' });
  expect(waits).toEqual([]);
});

test('pauses begin anew after an answer of another kind, and a settled one is asked again soon', async () => {
  const gone = (): Response => new Response('error code: 1042', { status: 404 });
  const check = makeHealthCheck({ attempts: 9, intervalMs: 100 });
  const { report, waits } = watching([gone(), gone(), gone(), sick, gone(), gone(), good], { check });
  expect(await report).toMatchObject({ verdict: 'healthy', attempts: 9 });
  expect(waits).toEqual([100, 200, 400, 100, 100, 200]);
  const login = new Response(null, { status: 302, headers: { location: '/login' } });
  const soon = watching([login, sick, login, login, login], { check });
  expect(await soon.report).toMatchObject({ verdict: 'inconclusive', attempts: 5 });
  expect(soon.waits).toEqual([100, 100, 100, 100]);
});

test('what cannot be asked says what to set, and whether a check is configured', async () => {
  const EMPTY = {
    skipped: null,
    attempts: 0,
    latencyMs: null,
    versionId: null,
    versionProven: false,
    excerpt: null,
  };
  const check = makeHealthCheck({ configured: false });
  for (const baseUrl of [null, 'no url']) {
    expect(await watching([good], { baseUrl, check }).report).toEqual({
      ...EMPTY,
      url: null,
      configured: false,
      verdict: 'inconclusive',
      message: 'the Worker has no URL to ask',
      hint: 'Set healthCheck.url or "healthCheck": false.',
    });
  }
  expect(await watching([good], { refuse: () => 'because' }).report).toEqual({
    ...EMPTY,
    url: 'https://acme.test.workers.dev/health',
    configured: true,
    verdict: 'inconclusive',
    message: 'its URL must not be asked: because',
    hint: 'Use healthCheck.path, or allow the host in cf-deploy.config.ts: healthHosts: ["…"].',
  });
  const skipped = { ...EMPTY, url: null, configured: true, verdict: 'skipped', hint: null };
  expect(skippedHealth('why')).toEqual({ ...skipped, skipped: 'not-asked', message: 'why' });
  expect(skippedHealth('why', 'undeclared')).toEqual({ ...skipped, skipped: 'undeclared', message: 'why' });
});

test.each([
  ['/up?a=1?b', null, 'https://acme.test.workers.dev/up?a=1?b'],
  ['', null, 'https://acme.test.workers.dev/'],
  ['/ignored', 'https://other.example/own?x=1', 'https://other.example/own?x=1'],
])('path %j and URL %j ask %s', async (path, url, asked) => {
  const seen = watching([good], { check: makeHealthCheck({ path, url }), attempts: 1 });
  expect((await seen.report).url).toBe(asked);
  expect(seen.asked.map((request) => request.url)).toEqual([asked]);
});
