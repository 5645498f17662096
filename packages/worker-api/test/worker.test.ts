import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startWorkers, type TestWorker, type TestWorkers, type Variables } from './support/worker.ts';

const KEY_WANTED = { FEATURE_FLAGS: { search: false, requireApiKey: true } };

/** One for each test that leaves something behind or wants other variables. */
const VARIABLES = {
  // For all tests whose requests leave nothing behind.
  lasting: { RATE_LIMIT: { perMinute: 6_000, burst: 600 } },
  chatting: {},
  remembering: {},
  configured: {},
  broken: { DB: 'not a database' },
  incomplete: { RATE_LIMIT: { perMinute: 0, burst: 1 } },
  slow: { RATE_LIMIT: { perMinute: 1, burst: 2 } },
  thrifty: { TOKEN_BUDGET: { perRequest: 100, perDay: 115 } },
  'without-key': KEY_WANTED,
  'with-key': { ...KEY_WANTED, CHAT_API_KEY: 'k3y' },
} satisfies Readonly<Record<string, Variables>>;

let started: TestWorkers<keyof typeof VARIABLES>;

beforeAll(async () => {
  started = await startWorkers(VARIABLES);
});

afterAll(() => started?.close());

const worker = (name: keyof typeof VARIABLES): TestWorker => started.workers[name];
const lasting = (): TestWorker => worker('lasting');

const ask = { session: 's1', message: 'Hello?' };

describe('GET /health', () => {
  it('tells tenant, environment, version and how each binding is', async () => {
    const { call } = lasting();
    const { status, body } = await call('/health');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'ok',
      tenant: 'mrrainbowsmoke',
      environment: 'staging',
      version: { id: 'version-1', tag: 'v1' },
    });
    const { checks } = body as { checks: Record<string, { status: string }> };
    expect(Object.entries(checks).map(([name, { status: of }]) => [name, of])).toEqual([
      ['CONFIG', 'ok'],
      ['RATE_LIMITER', 'ok'],
      ['CACHE', 'ok'],
      ['DB', 'ok'],
      ['RATE_LIMITER_DO', 'ok'],
      ['CHAT_SESSION', 'ok'],
      ['VECTORIZE', 'ok'],
      ['AI', 'ok'],
    ]);
  });

  it('answers 503 and names the binding that does not work', async () => {
    const { call } = worker('broken');
    const { status, body } = await call('/health');
    expect(status).toBe(503);
    expect(body).toMatchObject({
      status: 'degraded',
      checks: { DB: { status: 'failed' }, CACHE: { status: 'ok' } },
    });
  });
});

describe('tenancy', () => {
  it('is resolved before anything else: an unknown host gets 421 on every path', async () => {
    const { call } = lasting();
    for (const path of ['/health', '/chat', '/chat/s1/history', '/nowhere']) {
      const { status, body } = await call(path, { host: 'evil.example.com' });
      expect([status, body]).toMatchObject([421, { error: { code: 'unknown_host' } }]);
    }
  });

  it('refuses to serve with incomplete variables instead of guessing', async () => {
    const { call } = worker('incomplete');
    const { status, body } = await call('/health');
    expect([status, body]).toMatchObject([
      500,
      { error: { message: expect.stringContaining('RATE_LIMIT') } },
    ]);
  });
});

describe('POST /chat', () => {
  it('answers, keeps the history of the session and writes an audit row without the text', async () => {
    const { call, d1 } = worker('chatting');
    const first = await call('/chat', { json: ask });
    expect(first).toMatchObject({
      status: 200,
      body: { session: 's1', model: 'chat-model', reply: 'chat-model heard 2: Hello?', tokens: 10 },
    });
    const second = await call('/chat', { json: { ...ask, message: 'Again?' } });
    expect(second.body).toMatchObject({ reply: 'chat-model heard 4: Again?' });

    const { body } = await call('/chat/s1/history');
    const { messages } = body as { messages: { role: string; content: string }[] };
    expect(messages.map(({ role, content }) => `${role}: ${content}`)).toEqual([
      'user: Hello?',
      'assistant: chat-model heard 2: Hello?',
      'user: Again?',
      'assistant: chat-model heard 4: Again?',
    ]);
    expect((await call('/chat/other/history')).body).toEqual({ session: 'other', messages: [] });

    const db = await d1('DB');
    const rows = await vi.waitFor(async () => {
      const { results } = await db.prepare('SELECT * FROM audit ORDER BY id').all();
      expect(results).toHaveLength(2);
      return results;
    });
    expect(rows[0]).toMatchObject({
      tenant: 'mrrainbowsmoke',
      session: 's1',
      tokens: 10,
      version_id: 'version-1',
    });
    expect(JSON.stringify(rows)).not.toContain('Hello');
  });

  it('finds what it was told before, through Vectorize', async () => {
    const { call } = worker('remembering');
    await call('/chat', { json: ask });
    await vi.waitFor(async () => {
      const { body } = await call('/chat', { json: { ...ask, session: 's2', message: 'What did I say?' } });
      expect((body as { sources: unknown[] }).sources).not.toHaveLength(0);
    });
  });

  it('stops a tenant at its rate and says when to come back', async () => {
    const { call } = worker('slow');
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push(await call('/chat', { json: { ...ask, session: `s${n}` } }));
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(statuses[2]).toMatchObject({ body: { error: { code: 'rate_limited' } } });
    expect(Number(statuses[2]?.headers.get('retry-after'))).toBeGreaterThan(50);
  });

  it('stops a tenant at its tokens of the day, counting what was used and not what was reserved', async () => {
    const { call } = worker('thrifty');
    expect((await call('/chat', { json: ask })).status).toBe(200);
    await vi.waitFor(async () => {
      const { status, body } = await call('/chat', { json: { ...ask, maxTokens: 100 } });
      expect([status, body]).toMatchObject([429, { error: { code: 'token_budget_spent' } }]);
    });
    expect((await call('/chat', { json: { ...ask, maxTokens: 50 } })).status).toBe(200);
  });

  it.each([
    ['a model of others', { ...ask, model: 'gpt' }, 403, 'model_not_allowed'],
    ['no message', { session: 's1' }, 400, 'invalid_field'],
    ['a blank message', { ...ask, message: '  ' }, 400, 'invalid_field'],
    ['a message too long', { ...ask, message: 'x'.repeat(8001) }, 400, 'invalid_field'],
    ['too many tokens', { ...ask, maxTokens: 101 }, 400, 'invalid_field'],
    ['a session with a colon', { ...ask, session: 'other-tenant:s1' }, 400, 'invalid_field'],
    ['an unknown field', { ...ask, tenant: 'rainbowsmokeofficial' }, 400, 'invalid_field'],
    ['a list', [ask], 400, 'invalid_body'],
    ['a body too large', { ...ask, message: 'x'.repeat(40_000) }, 413, 'body_too_large'],
  ])('refuses %s', async (_, json, status, code) => {
    const { call } = lasting();
    expect(await call('/chat', { json })).toMatchObject({ status, body: { error: { code } } });
  });

  it('refuses what is not JSON', async () => {
    const { call } = lasting();
    expect((await call('/chat', { body: 'hello' })).status).toBe(415);
    const broken = await call('/chat', { body: '{', headers: { 'content-type': 'application/json' } });
    expect(broken).toMatchObject({ status: 400, body: { error: { code: 'invalid_body' } } });
  });

  it("does not show the inside of a model's failure", async () => {
    const { call } = lasting();
    const { status, body } = await call('/chat', { json: { ...ask, model: 'other-model' } });
    expect(status).toBe(502);
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  it('takes settings from KV over the variables, and ignores unusable ones as a whole', async () => {
    const { call, kv } = worker('configured');
    const config = await kv('CONFIG');
    await config.put('settings:mrrainbowsmoke', JSON.stringify({ allowedModels: ['other-model'] }));
    expect((await call('/chat', { json: ask })).status).toBe(403);
    await config.put(
      'settings:mrrainbowsmoke',
      JSON.stringify({ allowedModels: ['other-model'], surprise: 1 }),
    );
    expect((await call('/chat', { json: ask })).status).toBe(200);
  });

  it('asks for the API key when the tenant wants one, and fails closed without the secret', async () => {
    expect((await worker('without-key').call('/chat', { json: ask })).status).toBe(503);
    const { call } = worker('with-key');
    expect((await call('/chat', { json: ask })).status).toBe(401);
    expect((await call('/chat/s1/history', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    expect((await call('/chat', { json: ask, headers: { authorization: 'Bearer k3y' } })).status).toBe(200);
  });
});

describe('routing', () => {
  it.each([
    ['GET', '/chat', 405],
    ['POST', '/health', 405],
    ['GET', '/', 404],
    ['GET', '/chat/a%3Ab/history', 400],
    ['GET', '/chat/%ff/history', 400],
  ])('answers %s %s with %i', async (method, path, status) => {
    const { call } = lasting();
    expect((await call(path, { method })).status).toBe(status);
  });
});
