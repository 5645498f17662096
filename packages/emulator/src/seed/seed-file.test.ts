import { describe, expect, it } from 'vitest';
import { ACCOUNT, testEmulator } from '../../test/support/client.ts';
import { readSeed } from './seed-file.ts';

describe('a seed from outside', () => {
  it.each([
    [[], 'must be an object'],
    [{ kvNamespace: [] }, 'Unknown list "kvNamespace"'],
    [{ queues: {} }, 'queues must be a list'],
    [{ queues: ['jobs'] }, 'queues[0] must be an object'],
    [{ queues: [{ accountId: ACCOUNT }] }, 'queues[0].name is missing'],
    [{ queues: [{ accountId: 'x', name: 'jobs' }] }, 'queues[0].accountId must be 32 hex characters'],
    [{ queues: [{ accountId: ACCOUNT, name: 'jobs', size: 1 }] }, 'queues[0] has an unknown field "size"'],
    [{ accounts: [{ id: ACCOUNT, plan: 'gold' }] }, 'accounts[0].plan must be free, paid'],
    [JSON.parse('{ "__proto__": [] }'), 'Unknown list "__proto__"'],
  ])('%j is refused: %s', (seed, message) => {
    expect(() => readSeed(seed)).toThrow(message);
  });

  it('does not repeat a secret it refuses', () => {
    const store = { accountId: ACCOUNT, id: 's', secrets: [{ name: 1, value: 'hidden' }] };
    expect(() => readSeed({ secretsStores: [store] })).toThrow(/^(?!.*hidden)/);
  });

  it('is refused by the admin endpoint with its name, and applied when it is right', async () => {
    const emulator = await testEmulator();
    const post = async (seed: unknown): Promise<unknown> => {
      const response = await emulator.fetch(
        new Request('http://127.0.0.1/__cf-deploy/seed', {
          method: 'POST',
          headers: { authorization: `Bearer ${emulator.adminToken}` },
          body: JSON.stringify(seed),
        }),
      );
      return { status: response.status, ...((await response.json()) as object) };
    };
    expect(await post({ zones: [{ name: 'example.com' }] })).toEqual({
      status: 400,
      ok: false,
      code: 'INVALID_SEED',
      error: 'zones[0].accountId is missing.',
    });
    expect(await post({ zones: [{ accountId: ACCOUNT, name: 'example.com' }] })).toMatchObject({ ok: true });
    await emulator.close();
  });
});
