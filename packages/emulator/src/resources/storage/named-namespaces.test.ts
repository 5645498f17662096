import { describe, expect, it } from 'vitest';
import { call, codes, testEmulator } from '../../../test/support/client.ts';

describe.each([
  ['ai-search', 7002],
  ['agent-memory', 1003],
])('namespaces of %s', (product, missing) => {
  const path = `/accounts/:account/${product}/namespaces`;

  it('are looked up by name, made when absent, and deleted', async () => {
    const emulator = await testEmulator();
    const absent = await call(emulator, 'GET', `${path}/team`);
    expect([absent.status, codes(absent)]).toEqual([404, [missing]]);
    expect((await call(emulator, 'POST', path, { name: 'team' })).result).toMatchObject({ name: 'team' });
    expect((await call(emulator, 'GET', `${path}/team`)).result).toMatchObject({ name: 'team' });
    expect(codes(await call(emulator, 'POST', path, { name: 'team' }))).toEqual([10021]);
    expect(codes(await call(emulator, 'POST', path, { name: 'Not Valid' }))).toEqual([10021]);
    expect((await call(emulator, 'DELETE', `${path}/team`)).status).toBe(200);
    expect((await call(emulator, 'GET', `${path}/team`)).status).toBe(404);
    await emulator.close();
  });
});

it('every account has the AI Search namespace "default" and keeps it', async () => {
  const emulator = await testEmulator();
  const path = '/accounts/:account/ai-search/namespaces';
  expect((await call(emulator, 'GET', `${path}/default`)).status).toBe(200);
  expect(codes(await call(emulator, 'DELETE', `${path}/default`))).toEqual([10021]);
  await emulator.close();
});
