import { expect, test } from 'vitest';
import { probe, type ProbeOptions } from './probe.ts';

const URL_ = 'https://worker.example.com/health';

/** Asks once; `answer` is what is answered, or thrown. The clock goes on by 7 ms. */
async function asked(answer: Response | Error | string, fields: Partial<ProbeOptions> = {}) {
  const requests: (readonly [string, RequestInit | undefined])[] = [];
  let clock = 100;
  const measured = await probe({
    url: URL_,
    check: { headers: { 'x-key': 'k' }, timeoutMs: 60_000 },
    fetch: async (url, init) => {
      requests.push([String(url), init]);
      clock += 7;
      if (answer instanceof Response) return answer;
      throw answer;
    },
    now: () => clock,
    ...fields,
  });
  return { measured, requests };
}

test('an answer is measured whole', async () => {
  const answer = new Response('{"status":"ok"}', { status: 201, headers: { 'X-Version': 'v1' } });
  const { measured, requests } = await asked(answer);
  expect(measured).toEqual({
    status: 201,
    headers: { 'content-type': 'text/plain;charset=UTF-8', 'x-version': 'v1' },
    text: '{"status":"ok"}',
    json: { status: 'ok' },
    latencyMs: 7,
    error: null,
    errorCode: null,
  });
  expect(requests).toEqual([
    [
      URL_,
      {
        method: 'GET',
        redirect: 'manual',
        headers: { accept: 'application/json', 'cache-control': 'no-cache', 'x-key': 'k' },
        signal: expect.any(AbortSignal) as AbortSignal,
      },
    ],
  ]);
});

test.each([
  ['text', new Response('hello'), 'hello'],
  ['nothing', new Response(null, { status: 204 }), ''],
])('an answer of %s is not JSON', async (_what, answer, text) => {
  expect((await asked(answer)).measured).toMatchObject({ text, json: undefined, error: null });
});

const coded = (code: unknown, message = 'at the bottom'): Error =>
  Object.assign(new Error(message), { code });

test.each<[string, Error | string, string, string | null]>([
  ['an error', new Error('broken'), 'broken', null],
  ['an error with a code', coded('ECONNRESET'), 'at the bottom', 'ECONNRESET'],
  ['a code that is no text', coded(5), 'at the bottom', null],
  ['its cause', new TypeError('fetch failed', { cause: coded('ENOTFOUND') }), 'at the bottom', 'ENOTFOUND'],
  ['a cause that is no error', new TypeError('fetch failed', { cause: 'x' }), 'fetch failed', null],
  [
    'the first of several attempts',
    new TypeError('fetch failed', { cause: new AggregateError([coded('A'), coded('B')], 'both') }),
    'at the bottom',
    'A',
  ],
  ['attempts of which there is none', new AggregateError([], 'none'), 'none', null],
  ['what is no error', 'thrown text', 'thrown text', null],
])(
  'no answer is a measurement too, with what lies at its bottom: %s',
  async (_what, thrown, error, errorCode) => {
    expect((await asked(thrown)).measured).toEqual({
      status: null,
      headers: {},
      text: '',
      json: undefined,
      latencyMs: 7,
      error,
      errorCode,
    });
  },
);

test('an answer that somebody else was redirected to is none', async () => {
  const answer = new Response('well');
  Object.defineProperty(answer, 'redirected', { value: true });
  expect((await asked(answer)).measured).toMatchObject({
    status: null,
    error: 'the request was redirected, which was not asked for',
  });
});

/** Answers when it is told to stop, with the error of that. */
const silent: typeof globalThis.fetch = (_url, init) =>
  new Promise((_resolve, reject) => {
    const stop = (): void => reject(Object.assign(new Error('stopped'), { code: 'ABORT_ERR' }));
    if (init?.signal?.aborted === true) stop();
    init?.signal?.addEventListener('abort', stop);
  });

test('who does not answer in time is told by the time', async () => {
  const { measured } = await asked('', { fetch: silent, check: { headers: {}, timeoutMs: 1 } });
  expect(measured).toMatchObject({ status: null, error: 'no answer within 1 ms', errorCode: null });
});

test('a signal of the caller ends it before its time', async () => {
  const { measured } = await asked('', { fetch: silent, signal: AbortSignal.abort() });
  expect(measured).toMatchObject({ status: null, error: 'stopped', errorCode: 'ABORT_ERR' });
});

test('an endless answer is cut, not read until the deadline', async () => {
  const piece = new Uint8Array(64 * 1024).fill(97);
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(piece),
    cancel: () => {
      cancelled = true;
    },
  });
  const { measured } = await asked(new Response(body));
  expect([measured.status, measured.text.length, cancelled]).toEqual([200, 256 * 1024, true]);
});
