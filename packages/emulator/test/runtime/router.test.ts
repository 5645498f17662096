import { expect, it } from 'vitest';
import { createInstance } from '../../src/runtime/instance/instance.ts';
import { instanceOptions } from '../../src/runtime/instance/instance-options.ts';
import { callHeader } from '../../src/runtime/instance/call-header.ts';
import { planInstance } from '../../src/runtime/plan/plan-instance.ts';
import { CALL_HEADER } from '../../src/runtime/sources/router-source.ts';
import { createWorld, temporaryDir } from './world.ts';

it('a stranger who finds the port of workerd reaches neither data nor Workers', async () => {
  const world = createWorld();
  const { dir, remove } = await temporaryDir();
  const nothing = (): Promise<never> => Promise.reject(new Error('not asked'));
  const instance = createInstance({
    dir,
    plan: (awake, data) => planInstance(world.view, world.account.id, awake, data),
    options: (plan, onOutput) =>
      instanceOptions(plan, dir, {
        readBlob: (hash) => world.view.blob(hash),
        onHostCall: nothing,
        onLogs: nothing,
        onOutbound: nothing,
        onOutput,
      }),
    coming: () => [],
    beforeStart: async () => undefined,
    idleMs: 30_000,
    drainMs: 1_000,
    maxScripts: 1,
  });
  const id = 'a'.repeat(32);
  const call = { kind: 'kv', resource: id, operation: 'list', options: {} } as const;
  const encoded = Buffer.from(JSON.stringify(call)).toString('base64');
  const statuses = await instance.use({ kind: 'kv', id }, async (miniflare) => {
    const url = await miniflare.ready;
    const ask = async (...headers: [string, string][]): Promise<number> =>
      (await fetch(url, { headers })).status;
    const value = [
      await ask(callHeader(call)),
      await ask(),
      await ask([CALL_HEADER, encoded]),
      await ask([CALL_HEADER, ` ${encoded}`]),
      await ask([CALL_HEADER, `undefined ${encoded}`]),
      await ask([CALL_HEADER, `${'0'.repeat(64)} ${encoded}`]),
    ];
    return { value };
  });
  expect(statuses).toEqual([200, 403, 403, 403, 403, 403]);
  await instance.close();
  await remove();
});
