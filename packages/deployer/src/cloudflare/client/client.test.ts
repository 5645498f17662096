import { expect, test } from 'vitest';
import { z } from 'zod';
import { Secret } from '../../security/secret.ts';
import type { FormPart } from '../../transport/multipart.ts';
import { PUBLIC_BASE_URL } from './base-url.ts';
import { mayHaveHappened } from './api-error.ts';
import { createBudget } from './budget.ts';
import { openSession, type ApiSession } from './client.ts';

const TOKEN = 'test-token-0123456789';
const SHAPE = z.looseObject({ id: z.string() });
const READ = { purpose: 'read the thing', path: '/accounts/a/things/1', shape: SHAPE };

interface Answering {
  readonly session: ApiSession;
  readonly requests: Request[];
  readonly waits: number[];
}

/** What comes back of a request; a function makes it afresh. */
type Answers = readonly (Response | Error | (() => Response))[];

/** Answers in turn, the last one again and again. An Error is thrown instead. */
const answering = (...answers: Answers): Answering => answeringBy({}, answers);

function answeringBy(
  way: { readonly baseUrl?: string; readonly proxy?: string },
  answers: Answers,
): Answering {
  const requests: Request[] = [];
  const waits: number[] = [];
  const sleep = async (): Promise<void> => undefined;
  const session = openSession({
    accountId: 'a',
    token: new Secret(TOKEN),
    baseUrl: PUBLIC_BASE_URL,
    ...way,
    fetch: async (input, init) => {
      requests.push(new Request(input, init));
      const answer = answers[Math.min(requests.length, answers.length) - 1];
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('no answer given');
      return typeof answer === 'function' ? answer() : answer.clone();
    },
    budget: createBudget({ now: () => 0, sleep, limit: 10_000 }),
    now: () => 0,
    sleep: async (ms) => {
      waits.push(ms);
    },
  });
  return { session, requests, waits };
}

const good = (result: unknown = { id: '1' }): Response =>
  Response.json({ success: true, errors: [], messages: [], result });
const refusal = (status: number, code: number, message = 'no'): Response =>
  Response.json({ success: false, errors: [{ code, message }], messages: [], result: null }, { status });

test('a read carries the token and gives the checked result', async () => {
  const { session, requests } = answering(good());
  expect(await session.reader.read(READ)).toMatchObject({ id: '1' });
  expect(requests[0]?.headers.get('authorization')).toBe(`Bearer ${TOKEN}`);
  expect(session.calls()).toBe(1);
});

test('a read is repeated after trouble, with the wait the server asks for', async () => {
  const busy = new Response('{}', { status: 503, headers: { 'retry-after': '2' } });
  const { session, requests, waits } = answering(busy, good());
  await session.reader.read(READ);
  expect(requests).toHaveLength(2);
  expect(waits[0]).toBeGreaterThanOrEqual(2_000);
});

test('a write that must not be repeated is sent once, and the error says it may have happened', async () => {
  const { session, requests } = answering(new Error('socket hang up'));
  const error = await session.writer
    .write({ ...READ, method: 'post', body: {}, repeat: 'never' })
    .catch((thrown: unknown) => thrown);
  expect(requests).toHaveLength(1);
  expect(error).toMatchObject({ code: 'API_UNREACHABLE' });
  expect(mayHaveHappened(error)).toBe(true);
});

test('HTTP 200 with success: false is an error, and one that did not happen', async () => {
  const { session } = answering(refusal(200, 10021, 'bad'));
  const error = await session.reader.read(READ).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'API_REFUSED', apiCodes: [10021] });
  expect(mayHaveHappened(error)).toBe(false);
});

test.each([
  [10021, '', /validate/],
  [10214, '', /check out the commit of the live version/],
  [10215, '', /check out the commit of the live version/],
  [10220, 'settings can not be deployed with a version upload', /check out the commit of the live version/],
])('number %i of the API says what to do next', async (number, said, hint) => {
  const { session } = answering(refusal(400, number, said));
  const upload = { ...READ, codes: { 10068: 'STARTUP_FAILED' } as const };
  await expect(session.reader.read(upload)).rejects.toMatchObject({
    hint: expect.stringMatching(hint) as string,
  });
});

test('an answer that is not JSON, or not in the expected form, is refused by name', async () => {
  const page = answering(new Response('<html>hello</html>'));
  await expect(page.session.reader.read(READ)).rejects.toMatchObject({ code: 'API_UNREACHABLE' });
  const other = answering(good({ identifier: 1 }));
  await expect(other.session.reader.read(READ)).rejects.toThrow('Could not read the thing');
});

test.each([
  [401, 10000, 'CREDENTIALS_INVALID'],
  [400, 9106, 'CREDENTIALS_INVALID'],
  [400, 6003, 'CREDENTIALS_INVALID'],
  [403, 10000, 'PERMISSION_DENIED'],
  [403, 9109, 'PERMISSION_DENIED'],
])('HTTP %s with %s is a credentials error, exit 4: %s', async (status, code, expected) => {
  const { session } = answering(refusal(status, code));
  await expect(session.reader.read(READ)).rejects.toMatchObject({ code: expected, exitCode: 4 });
});

test.each([302, 307, 308])(
  'a redirect (%i) is neither followed nor repeated: the body, with its secrets, would follow',
  async (status) => {
    const elsewhere = new Response(null, { status, headers: { location: 'https://evil.example/x' } });
    const { session, requests } = answering(elsewhere);
    const write = session.writer.write({ ...READ, method: 'put', body: { text: 's3cret' }, repeat: 'safe' });
    await expect(write).rejects.toMatchObject({
      code: 'API_UNREACHABLE',
      message: expect.stringContaining('it redirects to evil.example'),
      hint: expect.stringContaining('CLOUDFLARE_API_BASE_URL'),
    });
    expect(requests.map(({ url, redirect }) => [new URL(url).host, redirect])).toEqual([
      ['api.cloudflare.com', 'manual'],
    ]);
  },
);

test('an endless answer is given up, also when it is an error', async () => {
  const mebibyte = new Uint8Array(1024 * 1024);
  let sent = 0;
  const endless = (): Response =>
    new Response(
      new ReadableStream({
        pull(controller) {
          sent += 1;
          controller.enqueue(mebibyte);
        },
      }),
      { status: 500 },
    );
  const { session } = answering(endless);
  const write = session.writer.write({ ...READ, method: 'post', body: {}, repeat: 'never' });
  await expect(write).rejects.toThrow('more than');
  expect(sent).toBeLessThan(80);
});

test('a firewall page is not taken for missing permission, and names its ray', async () => {
  const blocked = new Response('<html>blocked</html>', {
    status: 403,
    headers: { 'cf-mitigated': 'challenge', 'cf-ray': 'abc-123' },
  });
  const { session } = answering(blocked);
  await expect(session.reader.read(READ)).rejects.toMatchObject({
    code: 'API_UNREACHABLE',
    hint: expect.stringContaining('abc-123') as unknown,
  });
});

test.each([401, 403, 407])('a page with %i is no word of the API about the token', async (status) => {
  const { session } = answering(new Response('<html>Access denied by policy</html>', { status }));
  await expect(session.reader.read(READ)).rejects.toMatchObject({
    code: 'API_UNREACHABLE',
    exitCode: 1,
    hint: expect.stringContaining('HTTPS_PROXY') as unknown,
  });
});

test.each([200, 404])('a web page with %i is called one by its title, not printed', async (status) => {
  const page = `<!DOCTYPE html>\n<html><head><title> Sign in </title></head><body>${'x'.repeat(500)}</body></html>`;
  const { session } = answering(new Response(page, { status, headers: { 'content-type': 'text/html' } }));
  await expect(session.reader.read(READ)).rejects.toMatchObject({
    code: 'API_UNREACHABLE',
    message: `Could not read the thing (HTTP ${status}): a web page answered, not the API ("Sign in")`,
    hint: expect.stringContaining('CLOUDFLARE_API_BASE_URL') as unknown,
  });
});

test('a page of a gateway that broke is an outage, with its title', async () => {
  const page = new Response('<html><title>502 Bad Gateway</title></html>', { status: 502 });
  await expect(answering(page).session.reader.read(READ)).rejects.toMatchObject({
    message: 'Could not read the thing (HTTP 502): a web page answered, not the API ("502 Bad Gateway")',
    hint: expect.stringContaining('cloudflarestatus') as unknown,
  });
});

test.each([
  [{}, 'cloudflarestatus'],
  [{ baseUrl: 'http://127.0.0.1:9/client/v4' }, 'asked at http://127.0.0.1:9/client/v4: check'],
  [{ proxy: 'http://proxy.example:3128' }, 'asked through the proxy http://proxy.example:3128: check'],
  [
    { baseUrl: 'https://api.example.com/v4', proxy: 'http://proxy.example' },
    'asked at https://api.example.com/v4, through the proxy http://proxy.example: check',
  ],
])('where nothing answers, the hint names what was asked: %j', async (way, hint) => {
  const cause = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' });
  const refused = answeringBy(way, [new TypeError('fetch failed', { cause })]);
  const broken = answeringBy(way, [new Response('bad gateway', { status: 502 })]);
  const said = { code: 'API_UNREACHABLE', hint: expect.stringContaining(hint) as string };
  const own = answeringBy(way, [refusal(503, 10013)]).session.reader.read(READ);
  await expect(own).rejects.toMatchObject({ hint: expect.stringContaining('cloudflarestatus') as string });
  for (const { session } of [refused, broken]) {
    const error: unknown = await session.reader.read(READ).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(said);
    expect(String((error as { hint?: string }).hint).includes('cloudflarestatus')).toBe(
      Object.keys(way).length === 0,
    );
  }
});

test.each(['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_HAS_EXPIRED'])(
  'a certificate that is not trusted (%s) is called that, and asked for once',
  async (code) => {
    const cause = Object.assign(new Error('self-signed certificate'), { code });
    const { session, requests } = answering(new TypeError('fetch failed', { cause }));
    const error = await session.writer
      .write({ ...READ, method: 'put', body: {}, repeat: 'safe' })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'CERTIFICATE_UNTRUSTED',
      message: expect.stringContaining(code) as unknown,
      hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') as unknown,
    });
    expect(mayHaveHappened(error)).toBe(false);
    expect(requests).toHaveLength(1);
  },
);

test('numbers mean what the endpoint says they mean', async () => {
  const { session } = answering(refusal(400, 10041));
  await expect(session.reader.read({ ...READ, codes: { 10041: 'RESOURCE_MISSING' } })).rejects.toMatchObject({
    code: 'RESOURCE_MISSING',
  });
});

test('find gives null for the numbers that mean absent, and nothing else', async () => {
  const { session } = answering(refusal(404, 10007));
  expect(await session.reader.find(READ, [10007])).toBeNull();
  await expect(session.reader.find(READ, [10090])).rejects.toMatchObject({ code: 'API_REFUSED' });
});

test('a form arrives with its part names, file names and types as they are', async () => {
  const { session, requests } = answering(good());
  const form = (): readonly FormPart[] => [
    { name: 'metadata', content: JSON.stringify({ main_module: 'index.js' }) },
    { name: './lib/a.wasm', content: Buffer.from('x'), contentType: 'application/wasm' },
  ];
  await session.writer.write({ ...READ, method: 'put', body: form, repeat: 'never' });
  const sent = await requests[0]?.text();
  expect(sent).toContain('name="metadata"\r\n\r\n{"main_module":"index.js"}');
  expect(sent).toContain('name="./lib/a.wasm"; filename="./lib/a.wasm"\r\nContent-Type: application/wasm');
});

test('keys and e-mail addresses of the environment are not sent along', async () => {
  process.env['CLOUDFLARE_API_KEY'] = 'planted-key';
  process.env['CLOUDFLARE_EMAIL'] = 'planted@example.com';
  try {
    const { session, requests } = answering(good());
    await session.reader.read(READ);
    expect([...(requests[0]?.headers.keys() ?? [])]).not.toContain('x-auth-key');
  } finally {
    delete process.env['CLOUDFLARE_API_KEY'];
    delete process.env['CLOUDFLARE_EMAIL'];
  }
});

test('a stopped session sends nothing more', async () => {
  const stopped = AbortSignal.abort();
  const requests: unknown[] = [];
  const session = openSession({
    accountId: 'a',
    token: new Secret(TOKEN),
    baseUrl: 'http://127.0.0.1:1/client/v4',
    fetch: async (input) => {
      requests.push(input);
      return good();
    },
    budget: createBudget({ now: () => 0, sleep: async () => undefined }),
    now: () => 0,
    sleep: async () => undefined,
    signal: stopped,
  });
  await expect(session.reader.read(READ)).rejects.toMatchObject({ code: 'ABORTED' });
  expect(requests).toEqual([]);
});

test('what is not visible yet is waited for, also by a write that must not be repeated otherwise', async () => {
  const { session, requests } = answering(refusal(404, 100146), good());
  await session.writer.write({ ...READ, method: 'post', body: {}, repeat: 'never', settling: [100146] });
  expect(requests).toHaveLength(2);
});

test('a success in a form nobody understands is an error that says what for and which field', async () => {
  const { session } = answering(good({ id: 7 }));
  const error = await session.reader.read(READ).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'API_UNREACHABLE',
    status: 200,
    details: { purpose: 'read the thing', path: '/accounts/a/things/1' },
  });
  expect(String(error)).toMatch(/Could not read the thing: the answer is not in a form we understand \(id: /);
});
