import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RESOURCES } from '../../src/api/endpoints.ts';
import type { Emulator } from '../../src/index.ts';
import { ACCOUNT, testEmulator } from '../support/client.ts';

const OTHER = 'b'.repeat(32);
const ZONE = 'c'.repeat(32);
const ENDPOINTS = RESOURCES.flatMap(({ endpoints }) => endpoints);
const WITH_TOKEN = ENDPOINTS.filter(({ auth }) => auth === 'token');

let emulator: Emulator;

beforeAll(async () => {
  emulator = await testEmulator({
    accounts: [{ id: ACCOUNT, subdomain: 'test' }, { id: OTHER }],
    tokens: [
      { value: 'powerless', accounts: [ACCOUNT], permissions: ['Nothing Read'] },
      { value: 'elsewhere', accounts: [OTHER], permissions: '*' },
    ],
  });
  await emulator.admin.seed({ zones: [{ accountId: ACCOUNT, id: ZONE, name: 'example.com' }] });
});

afterAll(() => emulator.close());

interface Answer {
  readonly endpoint: string;
  readonly status: number;
  readonly codes: readonly number[];
}

/** Calls an endpoint with made-up names, and a body that is none. */
async function attempt(
  { method, path }: (typeof ENDPOINTS)[number],
  authorization?: string,
): Promise<Answer> {
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) =>
    name.startsWith('account') ? ACCOUNT : name.startsWith('zone') ? ZONE : 'd'.repeat(32),
  );
  const response = await emulator.fetch(
    new Request(`https://api.cloudflare.com/client/v4${filled}`, {
      method,
      headers: authorization === undefined ? {} : { authorization },
    }),
  );
  const text = await response.text();
  const { errors = [] } = (text.startsWith('{') ? JSON.parse(text) : {}) as { errors?: { code: number }[] };
  return { endpoint: `${method} ${path}`, status: response.status, codes: errors.map(({ code }) => code) };
}

async function letIn(
  endpoints: readonly (typeof ENDPOINTS)[number][],
  authorization: string | undefined,
  refused: (answer: Answer) => boolean,
): Promise<readonly Answer[]> {
  if (endpoints.length === 0) throw new Error('There is nothing to try.');
  const answers = await Promise.all(endpoints.map((endpoint) => attempt(endpoint, authorization)));
  return answers.filter((answer) => !refused(answer));
}

describe('somebody tries each of the endpoints of the embedded Cloudflare', () => {
  it('and there are as many as there are', () => {
    expect(ENDPOINTS.length).toBeGreaterThan(100);
  });

  it('without a token', async () => {
    // Cloudflare says 400 when there are no credentials at all.
    const refused = ({ status, codes }: Answer): boolean =>
      (status === 400 && codes[0] === 9106) || status === 401 || status === 403;
    expect(await letIn(ENDPOINTS, undefined, refused)).toEqual([]);
  });

  it('with a token that nobody made', async () => {
    const refused = ({ status }: Answer): boolean => status === 401 || status === 403;
    expect(await letIn(ENDPOINTS, 'Bearer nobody', refused)).toEqual([]);
  });

  it('with a token that has none of the permissions', async () => {
    const guarded = WITH_TOKEN.filter(({ permission }) => permission !== null);
    const refused = ({ status }: Answer): boolean => status === 403;
    expect(await letIn(guarded, 'Bearer powerless', refused)).toEqual([]);
  });

  it('with a token of another account', async () => {
    const owned = WITH_TOKEN.filter(({ path }) => /:(?:account|zone)/.test(path));
    const refused = ({ status }: Answer): boolean => status === 403;
    expect(await letIn(owned, 'Bearer elsewhere', refused)).toEqual([]);
  });

  it('with an account’s token where an upload’s own is asked for', async () => {
    const uploads = ENDPOINTS.filter(({ auth }) => auth === 'assets');
    const refused = ({ status }: Answer): boolean => status === 401 || status === 403;
    expect(await letIn(uploads, 'Bearer test-token', refused)).toEqual([]);
  });
});
