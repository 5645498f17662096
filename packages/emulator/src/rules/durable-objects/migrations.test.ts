import { describe, expect, it } from 'vitest';
import { ACCOUNT, call, codes, testEmulator, upload } from '../../../test/support/client.ts';
import type { Emulator } from '../../index.ts';

const scripts = '/accounts/:account/workers/scripts';
const withClasses = (...names: string[]): string =>
  `${names.map((name) => `export class ${name} {}`).join(' ')} export default { async fetch() {} };`;
const room = { type: 'durable_object_namespace', name: 'ROOM', class_name: 'Room' };

async function put(emulator: Emulator, metadata: Record<string, unknown>, ...classes: string[]) {
  return call(emulator, 'PUT', `${scripts}/x`, upload(metadata, withClasses(...classes)));
}

describe('Durable Object migrations', () => {
  it('create a class, keep its namespace id over renames, and end with its deletion', async () => {
    const emulator = await testEmulator();
    const created = await put(
      emulator,
      { bindings: [room], migrations: { new_tag: 'v1', new_sqlite_classes: ['Room'] } },
      'Room',
    );
    expect(created.result).toMatchObject({ migration_tag: 'v1' });
    const settings = await call(emulator, 'GET', `${scripts}/x/settings`);
    const [{ namespace_id: id }] = settings.result['bindings'] as [{ namespace_id: string }];
    const renamed = await put(
      emulator,
      { migrations: { old_tag: 'v1', new_tag: 'v2', renamed_classes: [{ from: 'Room', to: 'Hall' }] } },
      'Hall',
    );
    expect(renamed.errors).toEqual([]);
    const namespaces = await call(emulator, 'GET', '/accounts/:account/workers/durable_objects/namespaces');
    expect(namespaces.result).toEqual([{ id, name: 'x_Hall', script: 'x', class: 'Hall', use_sqlite: true }]);
    const gone = await put(emulator, {
      migrations: { old_tag: 'v2', new_tag: 'v3', steps: [{ deleted_classes: ['Hall'] }] },
    });
    expect(gone.result).toMatchObject({ migration_tag: 'v3' });
    expect(emulator.admin.scripts(ACCOUNT)[0]?.durableObjectNamespaces).toEqual([]);
    await emulator.close();
  });

  it('are refused with Cloudflare’s codes', async () => {
    const emulator = await testEmulator();
    const first = { new_tag: 'v1', new_sqlite_classes: ['Room'] };
    expect(codes(await put(emulator, { bindings: [room] }, 'Room'))).toEqual([10061]);
    expect(codes(await put(emulator, { migrations: first }))).toEqual([10070]);
    expect(codes(await put(emulator, { migrations: { ...first, old_tag: 'v0' } }, 'Room'))).toEqual([10079]);
    await put(emulator, { migrations: first }, 'Room');
    const again = await put(emulator, { migrations: first }, 'Room');
    expect(again.errors).toEqual([
      { code: 10079, message: "Migration tag precondition failed; current tag is 'v1'" },
    ]);
    const next = { old_tag: 'v1', new_tag: 'v2' };
    expect(codes(await put(emulator, { migrations: { ...next, new_classes: ['Room'] } }, 'Room'))).toEqual([
      10074,
    ]);
    expect(
      codes(await put(emulator, { migrations: { ...next, deleted_classes: ['None'] } }, 'Room')),
    ).toEqual([10074]);
    expect(codes(await put(emulator, {}))).toEqual([10064]);
    const version = await call(
      emulator,
      'POST',
      `${scripts}/x/versions`,
      upload({ migrations: next }, withClasses('Room')),
    );
    expect(codes(version)).toEqual([10211]);
    await emulator.close();
  });

  it('need SQLite on the free plan', async () => {
    const emulator = await testEmulator({ accounts: [{ id: ACCOUNT, plan: 'free', subdomain: 'test' }] });
    const answer = await put(emulator, { migrations: { new_tag: 'v1', new_classes: ['Room'] } }, 'Room');
    expect(codes(answer)).toEqual([10097]);
    await emulator.close();
  });

  it('take a class over from another script', async () => {
    const emulator = await testEmulator();
    await put(emulator, { migrations: { new_tag: 'v1', new_sqlite_classes: ['Room'] } }, 'Room');
    const moved = await call(
      emulator,
      'PUT',
      `${scripts}/y`,
      upload(
        {
          migrations: {
            new_tag: 'v1',
            transferred_classes: [{ from: 'Room', from_script: 'x', to: 'Hall' }],
          },
        },
        withClasses('Hall'),
      ),
    );
    expect(moved.errors).toEqual([]);
    const namespaces = await call(emulator, 'GET', '/accounts/:account/workers/durable_objects/namespaces');
    expect(namespaces.result).toMatchObject([{ script: 'y', class: 'Hall' }]);
    await emulator.close();
  });
});
