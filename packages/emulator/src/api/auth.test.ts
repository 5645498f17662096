import { describe, expect, it } from 'vitest';
import { ACCOUNT, call, codes, testEmulator, upload } from '../../test/support/client.ts';

const OTHER = 'b'.repeat(32);
const scripts = '/accounts/:account/workers/scripts';

describe('authentication', () => {
  it('answers missing, malformed and unknown credentials with Cloudflare’s codes', async () => {
    const emulator = await testEmulator();
    const bare = await emulator.fetch(
      new Request(`https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/workers/scripts`),
    );
    expect(bare.status).toBe(400);
    expect(await bare.json()).toMatchObject({ success: false, result: null, errors: [{ code: 9106 }] });
    const malformed = await call(emulator, 'GET', scripts, undefined, { authorization: 'Bearer ' });
    expect(malformed.errors).toMatchObject([{ code: 6003, error_chain: [{ code: 6111 }] }]);
    const unknown = await call(emulator, 'GET', scripts, undefined, { authorization: 'Bearer nobody' });
    expect([unknown.status, codes(unknown)]).toEqual([403, [10000]]);
    const verify = await call(emulator, 'GET', '/user/tokens/verify', undefined, {
      authorization: 'Bearer nobody',
    });
    expect([verify.status, codes(verify)]).toEqual([401, [1000]]);
    const user = await call(emulator, 'GET', '/user', undefined, { authorization: 'Bearer nobody' });
    expect(codes(user)).toEqual([9109]);
    await emulator.close();
  });

  it('keeps a token to its accounts and permissions; writing includes reading', async () => {
    const emulator = await testEmulator({
      accounts: [{ id: ACCOUNT, subdomain: 'test' }, { id: OTHER }],
      tokens: [
        { value: 'reader', accounts: [ACCOUNT], permissions: ['Workers Scripts Read'] },
        { value: 'writer', accounts: [ACCOUNT], permissions: ['Workers Scripts Write'] },
      ],
    });
    const as = (value: string) => ({ authorization: `Bearer ${value}` });
    expect((await call(emulator, 'GET', scripts, undefined, as('reader'))).status).toBe(200);
    expect(codes(await call(emulator, 'PUT', `${scripts}/x`, upload(), as('reader')))).toEqual([10000]);
    expect((await call(emulator, 'PUT', `${scripts}/x`, upload(), as('writer'))).status).toBe(200);
    expect((await call(emulator, 'GET', scripts, undefined, as('writer'))).status).toBe(200);
    const foreign = await call(
      emulator,
      'GET',
      `/accounts/${OTHER}/workers/scripts`,
      undefined,
      as('writer'),
    );
    expect([foreign.status, codes(foreign)]).toEqual([403, [10000]]);
    const malformed = await call(
      emulator,
      'GET',
      '/accounts/nonsense/workers/scripts',
      undefined,
      as('writer'),
    );
    expect(codes(malformed)).toEqual([7003]);
    expect(
      codes(await call(emulator, 'GET', '/accounts/:account/storage/kv/namespaces', undefined, as('writer'))),
    ).toEqual([10000]);
    await emulator.close();
  });

  it('tells account-owned tokens from user tokens, and knows expired and disabled ones', async () => {
    const emulator = await testEmulator({
      clock: 'virtual',
      tokens: [
        { value: 'owned', kind: 'account', accounts: [ACCOUNT] },
        { value: 'old', expiresOn: '2025-12-31T00:00:00Z' },
        { value: 'off', status: 'disabled' },
        { value: 'global', kind: 'key', email: 'me@example.com' },
      ],
    });
    const as = (value: string) => ({ authorization: `Bearer ${value}` });
    expect(codes(await call(emulator, 'GET', '/user/tokens/verify', undefined, as('owned')))).toEqual([1000]);
    const verified = await call(emulator, 'GET', '/accounts/:account/tokens/verify', undefined, as('owned'));
    expect(verified.result).toMatchObject({ status: 'active' });
    expect((await call(emulator, 'GET', '/user/tokens/verify', undefined, as('old'))).result).toMatchObject({
      status: 'expired',
    });
    expect(codes(await call(emulator, 'GET', scripts, undefined, as('old')))).toEqual([10000]);
    expect(codes(await call(emulator, 'GET', scripts, undefined, as('off')))).toEqual([10000]);
    const key = await emulator.fetch(
      new Request(`https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/workers/scripts`, {
        headers: { 'x-auth-email': 'me@example.com', 'x-auth-key': 'global' },
      }),
    );
    expect(key.status).toBe(200);
    await emulator.close();
  });

  it('never keeps a token’s value in its state', async () => {
    const emulator = await testEmulator({ tokens: [{ value: 'do-not-keep-me' }] });
    const { documents } = emulator.admin.snapshot();
    expect(JSON.stringify([...documents].map(([kind, table]) => [kind, [...table]]))).not.toContain(
      'do-not-keep-me',
    );
    await emulator.close();
  });

  it('refuses unknown fields and query parameters by name', async () => {
    const emulator = await testEmulator();
    const query = await call(emulator, 'GET', `${scripts}?colour=red`);
    expect([query.status, query.errors[0]?.message]).toEqual([400, 'Unknown query parameter "colour".']);
    const field = await call(emulator, 'POST', '/accounts/:account/storage/kv/namespaces', {
      title: 'a',
      colour: 'red',
    });
    expect(field.errors).toEqual([{ code: 90400, message: 'Unknown field "colour".' }]);
    const metadata = await call(emulator, 'PUT', `${scripts}/x`, upload({ colour: 'red' }));
    expect(metadata.errors[0]?.message).toContain('metadata.colour');
    await emulator.close();
  });
});
