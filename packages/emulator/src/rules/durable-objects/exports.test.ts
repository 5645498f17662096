import { describe, expect, it } from 'vitest';
import { ACCOUNT, call, codes, testEmulator, upload } from '../../../test/support/client.ts';
import type { Envelope } from '../../../test/support/client.ts';
import type { Emulator } from '../../index.ts';

const scripts = '/accounts/:account/workers/scripts';
const inNamespace = '/accounts/:account/workers/dispatch/namespaces/tenants/scripts';
const room = { type: 'durable_object_namespace', name: 'ROOM', class_name: 'Room' };
const live = { type: 'durable-object', storage: 'sqlite' };
const entry = (state: string, fields: object = {}): object => ({ type: 'durable-object', state, ...fields });
const withClasses = (...names: string[]): string =>
  `${names.map((name) => `export class ${name} {}`).join(' ')} export default { async fetch() {} };`;

async function put(emulator: Emulator, metadata: Record<string, unknown>, ...classes: string[]) {
  return call(emulator, 'PUT', `${scripts}/x`, upload(metadata, withClasses(...classes)));
}

/** Uploads a script with these exports and classes to a full path. */
async function declare(
  emulator: Emulator,
  path: string,
  exports: object,
  ...classes: string[]
): Promise<Envelope> {
  return call(emulator, 'PUT', path, upload({ exports }, withClasses(...classes)));
}

/** Class and scenario of each finding of a refusal, or of each notice of a success. */
function scenarios(answer: Envelope): string[] {
  const reconciliation = answer.result?.['exports_reconciliation'] as { info: unknown[] } | undefined;
  const findings = (reconciliation?.info ?? answer.errors[0]?.meta?.['details'] ?? []) as {
    class: string;
    scenario: string;
  }[];
  return findings.map(({ class: name, scenario }) => `${name} ${scenario}`);
}

/** An emulator whose Worker `x` owns the SQLite class `Room`, with a dispatch namespace `tenants`. */
async function withRoom(): Promise<Emulator> {
  const emulator = await testEmulator();
  await emulator.admin.seed({ dispatchNamespaces: [{ accountId: ACCOUNT, name: 'tenants' }] });
  await put(emulator, { exports: { Room: live } }, 'Room');
  return emulator;
}

const owned = (emulator: Emulator): string[] =>
  emulator.admin
    .scripts(ACCOUNT)
    .flatMap(({ name, durableObjectNamespaces }) =>
      durableObjectNamespaces.map(({ className, id }) => `${name} ${className} ${id}`),
    );

describe('declarative exports', () => {
  it('create, rename and delete classes, and say what they did', async () => {
    const emulator = await testEmulator();
    const created = await put(emulator, { exports: { Room: live } }, 'Room');
    expect(created.result['exports_reconciliation']).toMatchObject({
      created: ['Room'],
      deleted: [],
      warnings: [],
    });
    const renamed = await put(
      emulator,
      { exports: { Room: { type: 'durable-object', state: 'renamed', renamed_to: 'Hall' }, Hall: live } },
      'Hall',
    );
    expect(renamed.result['exports_reconciliation']).toMatchObject({
      renamed: [{ from: 'Room', to: 'Hall' }],
      created: [],
    });
    const deleted = await put(emulator, { exports: { Hall: { type: 'durable-object', state: 'deleted' } } });
    expect(deleted.result['exports_reconciliation']).toMatchObject({ deleted: ['Hall'] });
    await emulator.close();
  });

  it('of a version wait for its deployment, and cannot be bound before', async () => {
    const emulator = await testEmulator();
    await put(emulator, {});
    const versions = `${scripts}/x/versions`;
    const bound = upload({ exports: { Room: live }, bindings: [room] }, withClasses('Room'));
    expect(codes(await call(emulator, 'POST', versions, bound))).toEqual([100406]);
    const stored = await call(
      emulator,
      'POST',
      versions,
      upload({ exports: { Room: live } }, withClasses('Room')),
    );
    expect(emulator.admin.scripts(ACCOUNT)[0]?.durableObjectNamespaces).toEqual([]);
    await call(emulator, 'POST', `${scripts}/x/deployments`, {
      strategy: 'percentage',
      versions: [{ version_id: stored.result['id'], percentage: 100 }],
    });
    expect(emulator.admin.scripts(ACCOUNT)[0]?.durableObjectNamespaces).toMatchObject([
      { className: 'Room' },
    ]);
    await emulator.close();
  });

  it('are refused with every finding named', async () => {
    const emulator = await testEmulator();
    await put(emulator, { exports: { Room: live } }, 'Room');
    const refused = await put(emulator, { exports: { Other: live } }, 'Room');
    expect(refused.errors[0]).toMatchObject({
      code: 100402,
      meta: {
        details: [
          { class: 'Other', scenario: 'config_references_nonexistent_class' },
          { class: 'Room', scenario: 'provisioned_class_missing_from_config' },
        ],
      },
    });
    await emulator.close();
  });

  it('exclude migrations', async () => {
    const emulator = await testEmulator();
    const migrations = { new_tag: 'v1', new_sqlite_classes: ['Room'] };
    expect(codes(await put(emulator, { exports: { Room: live }, migrations }, 'Room'))).toEqual([10021]);
    await emulator.close();
  });

  it('cannot be rolled back over a change of classes', async () => {
    const emulator = await testEmulator();
    await put(emulator, {});
    await put(emulator, { exports: { Room: live } }, 'Room');
    await put(emulator, { exports: { Room: live } }, 'Room');
    const [first, second] = emulator.admin.scripts(ACCOUNT)[0]?.versions.map(({ id }) => id) ?? [];
    const deploy = async (id?: string): Promise<Envelope> =>
      call(emulator, 'POST', `${scripts}/x/deployments`, {
        strategy: 'percentage',
        versions: [{ version_id: id, percentage: 100 }],
      });
    expect(codes(await deploy(first))).toEqual([100140]);
    expect((await deploy(second)).status).toBe(200);
    await emulator.close();
  });
});

describe('a failed reconciliation names its scenario', () => {
  it.each<[string, object, string[]]>([
    ['provisioned_class_missing_from_config', { Hall: live }, ['Room', 'Hall']],
    ['orphaned_provisioned_namespace', { Hall: live }, ['Hall']],
    ['config_export_not_in_code', { Room: live }, []],
    ['storage_type_mismatch', { Room: { ...live, storage: 'legacy-kv' } }, ['Room']],
    ['invalid_export', { Room: { type: 'durable-object' } }, ['Room']],
    ['invalid_export', { Room: entry('gone') }, ['Room']],
    ['invalid_export', { Room: entry('deleted', { storage: 'sqlite' }) }, []],
    ['invalid_export', { Room: entry('renamed', { renamed_to: 'Hall' }) }, ['Hall']],
    ['invalid_export', { Room: entry('renamed', { renamed_to: 'Room' }) }, ['Room']],
    ['tombstone_delete_class_still_in_code', { Room: entry('deleted') }, ['Room']],
    ['transferred_target_missing', { Room: entry('transferred', { transferred_to: 'none' }) }, ['Room']],
    [
      'phase_one_transfer_target_class_provisioned',
      { Room: entry('expecting-transfer', { storage: 'sqlite', transfer_from: 'y' }) },
      ['Room'],
    ],
  ])('%s: %j', async (scenario, exports, classes) => {
    const emulator = await withRoom();
    const refused = await declare(emulator, `${scripts}/x`, exports, ...classes);
    expect(codes(refused)).toEqual([100402]);
    expect(scenarios(refused)).toEqual([`Room ${scenario}`]);
    await emulator.close();
  });

  it('for new classes: neither provisioned nor in the code, or without SQLite', async () => {
    const emulator = await withRoom();
    const kv = { ...live, storage: 'legacy-kv' };
    const refused = await declare(emulator, `${scripts}/z`, { None: live, Old: kv }, 'Old');
    expect(scenarios(refused)).toEqual(['None config_references_nonexistent_class', 'Old invalid_export']);
    await emulator.admin.seed({ accounts: [{ id: ACCOUNT, plan: 'free' }] });
    expect(scenarios(await declare(emulator, `${scripts}/z`, { Old: kv }, 'Old'))).toEqual([
      'Old free_tier_requires_sqlite',
    ]);
    await emulator.close();
  });

  it('for a name that is occupied, and for a class that another Worker binds', async () => {
    const emulator = await withRoom();
    await declare(emulator, `${scripts}/x`, { Room: live, Hall: live }, 'Room', 'Hall');
    const rename = { Room: entry('renamed', { renamed_to: 'Hall' }), Hall: live };
    expect(scenarios(await declare(emulator, `${scripts}/x`, rename, 'Hall'))).toEqual([
      'Room tombstone_renamed_to_occupied',
    ]);
    await call(emulator, 'PUT', `${scripts}/y`, upload({ bindings: [{ ...room, script_name: 'x' }] }));
    const refused = await declare(emulator, `${scripts}/x`, { Room: entry('deleted'), Hall: live }, 'Hall');
    expect(refused.errors[0]?.meta?.['details']).toMatchObject([
      {
        scenario: 'tombstone_delete_blocked_by_external_bindings',
        referencing_scripts: ['y'],
        namespace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
        suggestion: expect.stringContaining('without the binding'),
      },
    ]);
    await emulator.close();
  });
});

describe('notices of a reconciliation', () => {
  it('tell stale tombstones, classes still in the code, and classes never declared', async () => {
    const emulator = await withRoom();
    const rename = { Room: entry('renamed', { renamed_to: 'Hall' }), Hall: live };
    const renamed = await declare(emulator, `${scripts}/x`, rename, 'Room', 'Hall');
    expect(scenarios(renamed)).toEqual(['Room tombstone_class_still_in_code']);
    const again = await declare(emulator, `${scripts}/x`, rename, 'Hall', 'Extra');
    expect(scenarios(again)).toEqual(['Room stale_tombstone', 'Extra code_class_not_in_exports']);
    expect(again.result['exports_reconciliation']).toMatchObject({
      renamed: [],
      removable_entries: ['Room'],
    });
    await emulator.close();
  });
});

describe('a transfer between Workers', () => {
  const waits = { Room: entry('expecting-transfer', { storage: 'sqlite', transfer_from: 'x' }) };
  const goes = (to: string): object => ({ Room: entry('transferred', { transferred_to: to }) });

  it('is announced by the receiver, committed by the giver, and keeps the namespace', async () => {
    const emulator = await withRoom();
    const [before = ''] = owned(emulator);
    const pending = await declare(emulator, `${scripts}/y`, waits, 'Room');
    expect(pending.result['exports_reconciliation']).toMatchObject({
      transfer_pending: [{ class: 'Room', from: 'x' }],
    });
    expect(owned(emulator)).toEqual([before]);
    const committed = await declare(emulator, `${scripts}/x`, goes('y'), 'Room');
    expect(committed.result['exports_reconciliation']).toMatchObject({
      transferred: [{ class: 'Room', phase: 'committed', to: 'y' }],
    });
    expect(owned(emulator)).toEqual([before.replace('x', 'y')]);
    expect(scenarios(await declare(emulator, `${scripts}/y`, waits, 'Room'))).toEqual([
      'Room transfer_receive_already_applied',
    ]);
    expect(scenarios(await declare(emulator, `${scripts}/x`, goes('y')))).toEqual(['Room stale_tombstone']);
    expect((await declare(emulator, `${scripts}/y`, { Room: live }, 'Room')).status).toBe(200);
    const other = { Room: entry('expecting-transfer', { storage: 'sqlite', transfer_from: 'z' }) };
    expect(scenarios(await declare(emulator, `${scripts}/y`, other, 'Room'))).toEqual([
      'Room phase_one_transfer_after_commit_mismatch',
    ]);
    await emulator.close();
  });

  it('is refused when nobody, or somebody else, expects it, and cancelled by the receiver', async () => {
    const emulator = await withRoom();
    await declare(emulator, `${scripts}/y`, {});
    await declare(emulator, `${scripts}/z`, waits, 'Room');
    expect(scenarios(await declare(emulator, `${scripts}/x`, goes('y'), 'Room'))).toEqual([
      'Room transferred_target_mismatch',
    ]);
    await declare(emulator, `${scripts}/z`, { Room: live }, 'Room');
    expect(scenarios(await declare(emulator, `${scripts}/x`, goes('z'), 'Room'))).toEqual([
      'Room transferred_pending_not_found',
    ]);
    await emulator.close();
  });

  it('is refused without a source, without its namespace, and when another source is expected', async () => {
    const emulator = await withRoom();
    const from = (name: string, storage = 'sqlite'): object => ({
      Room: entry('expecting-transfer', { storage, transfer_from: name }),
    });
    const refused = async (exports: object): Promise<string[]> =>
      scenarios(await declare(emulator, `${scripts}/y`, exports, 'Room'));
    await declare(emulator, `${scripts}/z`, {});
    expect(await refused(from('none'))).toEqual(['Room phase_one_transfer_source_missing']);
    expect(await refused(from('z'))).toEqual(['Room phase_one_transfer_source_namespace_missing']);
    expect(await refused(from('x', 'legacy-kv'))).toEqual(['Room storage_type_mismatch']);
    await declare(emulator, `${scripts}/z`, { Room: live }, 'Room');
    expect(await refused(from('x'))).toEqual([]);
    expect(await refused(from('z'))).toEqual(['Room phase_one_transfer_duplicate']);
    await emulator.close();
  });

  it('does not cross a dispatch namespace', async () => {
    const emulator = await withRoom();
    const waitsFor = (name: string): object => ({
      Room: entry('expecting-transfer', { storage: 'sqlite', transfer_from: name }),
    });
    await declare(emulator, `${inNamespace}/tenant`, { Room: live }, 'Room');
    expect(scenarios(await declare(emulator, `${scripts}/y`, waitsFor('tenant'), 'Room'))).toEqual([
      'Room phase_one_transfer_source_in_dispatch_namespace',
    ]);
    expect(scenarios(await declare(emulator, `${inNamespace}/other`, waitsFor('x'), 'Room'))).toEqual([
      'Room phase_one_transfer_target_in_dispatch_namespace',
    ]);
    expect(scenarios(await declare(emulator, `${scripts}/x`, goes('tenant'), 'Room'))).toEqual([
      'Room transferred_target_in_dispatch_namespace',
    ]);
    expect(scenarios(await declare(emulator, `${inNamespace}/tenant`, goes('x'), 'Room'))).toEqual([
      'Room transferred_source_in_dispatch_namespace',
    ]);
    await emulator.close();
  });
});
