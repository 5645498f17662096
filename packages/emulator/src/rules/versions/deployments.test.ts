import { describe, expect, it } from 'vitest';
import { ACCOUNT, call, codes, testEmulator, upload } from '../../../test/support/client.ts';
import type { Emulator } from '../../index.ts';

const script = '/accounts/:account/workers/scripts/x';

async function deploy(emulator: Emulator, versions: [string, number][], query = ''): Promise<number[]> {
  const body = {
    strategy: 'percentage',
    versions: versions.map(([version_id, percentage]) => ({ version_id, percentage })),
  };
  return codes(await call(emulator, 'POST', `${script}/deployments${query}`, body));
}

/** An emulator with `count` versions of one Worker; only the first is deployed. */
async function withVersions(
  count: number,
  metadata: Record<string, unknown> = {},
): Promise<{ emulator: Emulator; ids: string[] }> {
  const emulator = await testEmulator();
  await call(emulator, 'PUT', script, upload(metadata));
  for (let index = 1; index < count; index += 1)
    await call(emulator, 'POST', `${script}/versions`, upload(metadata));
  return { emulator, ids: emulator.admin.scripts(ACCOUNT)[0]?.versions.map(({ id }) => id) ?? [] };
}

describe('deployments', () => {
  it('need one or two known versions whose shares total 100', async () => {
    const { emulator, ids } = await withVersions(3);
    const [a = '', b = '', c = ''] = ids;
    expect(await deploy(emulator, [[a, 90]])).toEqual([10021]);
    expect(await deploy(emulator, [])).toEqual([10021]);
    expect(
      await deploy(emulator, [
        [a, 50],
        [a, 50],
      ]),
    ).toEqual([10021]);
    expect(
      await deploy(emulator, [
        [a, 20],
        [b, 20],
        [c, 60],
      ]),
    ).toEqual([10021]);
    expect(await deploy(emulator, [[crypto.randomUUID(), 100]])).toEqual([100146]);
    expect(
      await deploy(emulator, [
        [a, 0],
        [b, 100],
      ]),
    ).toEqual([]);
    expect(
      await deploy(emulator, [
        [a, 0.5],
        [b, 99.5],
      ]),
    ).toEqual([]);
    await emulator.close();
  });

  it('reach back over the newest 100 versions only', async () => {
    const { emulator, ids } = await withVersions(101);
    expect(await deploy(emulator, [[ids[0] ?? '', 100]])).toEqual([100147]);
    expect(await deploy(emulator, [[ids[1] ?? '', 100]])).toEqual([]);
    const deployable = await call(emulator, 'GET', `${script}/versions?deployable=true`);
    expect(deployable.result['items']).toHaveLength(100);
    await emulator.close();
  });

  it('do not go back over changed secrets without force', async () => {
    const { emulator, ids } = await withVersions(1);
    await call(emulator, 'PUT', `${script}/secrets`, { name: 'KEY', text: 'one', type: 'secret_text' });
    const body = { strategy: 'percentage', versions: [{ version_id: ids[0], percentage: 100 }] };
    const refused = await call(emulator, 'POST', `${script}/deployments`, body);
    expect(refused.errors).toEqual([{ code: 10220, message: 'The following secrets have changed: KEY' }]);
    expect((await call(emulator, 'POST', `${script}/deployments?force=true`, body)).status).toBe(200);
    await emulator.close();
  });

  it('do not go back over a Durable Object migration, nor to a resource that is gone', async () => {
    const { emulator, ids } = await withVersions(1);
    await emulator.admin.seed({ kvNamespaces: [{ accountId: ACCOUNT, id: 'e'.repeat(32) }] });
    const bound = { bindings: [{ type: 'kv_namespace', name: 'KV', namespace_id: 'e'.repeat(32) }] };
    const second = await call(emulator, 'POST', `${script}/versions`, upload(bound));
    await emulator.admin.editAs({ email: 'ops@example.com' }).deleteResource(ACCOUNT, 'kv', 'e'.repeat(32));
    expect(await deploy(emulator, [[String(second.result['id']), 100]])).toEqual([100140]);
    await call(
      emulator,
      'PUT',
      script,
      upload(
        { migrations: { new_tag: 'v1', new_sqlite_classes: ['Room'] } },
        'export class Room {} export default { async fetch() {} };',
      ),
    );
    expect(await deploy(emulator, [[ids[0] ?? '', 100]])).toEqual([100140]);
    await emulator.close();
  });

  it('keep the update strategy asked for, and refuse one that makes no sense', async () => {
    const { emulator, ids } = await withVersions(1, {
      code_update_strategy: { mode: 'deferred', max_delay: 300 },
    });
    const strategies = (): unknown[] =>
      emulator.admin.scripts(ACCOUNT)[0]?.deployments.map(({ codeUpdateStrategy }) => codeUpdateStrategy) ??
      [];
    const ask = async (strategy: unknown): Promise<number> => {
      const versions = [{ version_id: ids[0], percentage: 100 }];
      const body = { strategy: 'percentage', versions, code_update_strategy: strategy };
      return (await call(emulator, 'POST', `${script}/deployments`, body)).status;
    };
    expect(await ask({ mode: 'immediate' })).toBe(200);
    expect(strategies()).toEqual([{ mode: 'immediate' }, { mode: 'deferred', maxDelay: 300 }]);
    for (const wrong of [
      'immediate',
      { mode: 'later' },
      { mode: 'immediate', max_delay: 1 },
      { mode: 'deferred', max_delay: 86_401 },
    ]) {
      expect(await ask(wrong)).toBe(400);
    }
    await emulator.close();
  });

  it('split between versions with the same assets base path only', async () => {
    const { emulator, ids } = await withVersions(1);
    const session = await call(emulator, 'POST', `${script}/assets-upload-session`, { manifest: {} });
    const assets = { jwt: session.result['jwt'], config: { base_path: '/app' } };
    const version = await call(emulator, 'POST', `${script}/versions`, upload({ assets }));
    const shares: [string, number][] = [
      [ids[0] ?? '', 50],
      [String(version.result['id']), 50],
    ];
    expect(await deploy(emulator, shares)).toEqual([10021]);
    expect(await deploy(emulator, [[String(version.result['id']), 100]])).toEqual([]);
    await emulator.close();
  });

  it('reach the runtime only after the propagation delay', async () => {
    const seen: string[][] = [];
    const { createFakeRuntime } = await import('../../../test/support/fake-runtime.ts');
    const emulator = await testEmulator({
      clock: 'virtual',
      propagationMs: 5000,
      runtime: ({ view }) => ({
        ...createFakeRuntime(),
        changed: (accountId) =>
          void seen.push(
            [...view.scripts(accountId)].flatMap(({ deployments }) =>
              deployments.map(({ source }) => source),
            ),
          ),
      }),
    });
    await call(emulator, 'PUT', script, upload());
    await Promise.resolve();
    expect(seen.at(-1)).toEqual([]);
    emulator.admin.advanceClock(5000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen.at(-1)).toEqual(['api']);
    await emulator.close();
  });
});

describe('secrets and settings', () => {
  it('are not edited while the newest version is not deployed', async () => {
    const { emulator } = await withVersions(2);
    const secret = { name: 'KEY', text: 'one', type: 'secret_text' };
    expect(codes(await call(emulator, 'PUT', `${script}/secrets`, secret))).toEqual([10215]);
    const form = new FormData();
    form.set('settings', JSON.stringify({ bindings: [] }));
    expect(codes(await call(emulator, 'PATCH', `${script}/settings`, form))).toEqual([10214]);
    const patched = await call(
      emulator,
      'PATCH',
      '/accounts/:account/workers/workers/x/versions/latest',
      { env: { KEY: { type: 'secret_text', text: 'one' } } },
      { 'content-type': 'application/merge-patch+json' },
    );
    expect(patched.result).toMatchObject({ number: 3 });
    await emulator.close();
  });

  it('refuse a secret with a variable’s name, and deleting an unknown one', async () => {
    const { emulator } = await withVersions(1, {
      bindings: [{ type: 'plain_text', name: 'STAGE', text: 'a' }],
    });
    const taken = { name: 'STAGE', text: 'one', type: 'secret_text' };
    expect(codes(await call(emulator, 'PUT', `${script}/secrets`, taken))).toEqual([10053]);
    expect(codes(await call(emulator, 'DELETE', `${script}/secrets/NONE?url_encoded=true`))).toEqual([10056]);
    await emulator.close();
  });
});

describe('uploads', () => {
  it('are refused for their form: type, metadata, entry, module type, annotations, dates, handlers, start', async () => {
    const emulator = await testEmulator();
    const put = async (body: FormData | string, headers: Record<string, string> = {}): Promise<number[]> =>
      codes(await call(emulator, 'PUT', script, body, headers));
    expect(await put('{}', { 'content-type': 'application/json' })).toEqual([10001]);
    const flattened = new FormData();
    flattened.set('metadata[main_module]', 'index.js');
    expect(await put(flattened)).toEqual([10021]);
    expect(await put(upload({ main_module: 'other.js' }))).toEqual([10021]);
    expect(await put(upload({ annotations: { 'workers/colour': 'red' } }))).toEqual([10021]);
    expect(await put(upload({ annotations: { 'workers/tag': 'x'.repeat(101) } }))).toEqual([10021]);
    expect(await put(upload({ compatibility_date: '2999-01-01' }))).toEqual([10021]);
    expect(await put(upload({}, 'export default {};'))).toEqual([10068]);
    expect(await put(upload({}, 'throw new Error("at start")'))).toEqual([10021]);
    const odd = upload();
    odd.set('style.css', new File(['a{}'], 'style.css', { type: 'text/css' }));
    expect(await put(odd)).toEqual([10162]);
    expect(
      codes(await call(emulator, 'PUT', '/accounts/:account/workers/scripts/Bad.Name', upload())),
    ).toEqual([10016]);
    await emulator.close();
  });

  it('accept a bare service-worker script, and raw assets-only metadata', async () => {
    const emulator = await testEmulator();
    const raw = await call(emulator, 'PUT', script, 'addEventListener("fetch", () => {}); /* fetch() */', {
      'content-type': 'application/javascript',
    });
    expect(raw.result).toMatchObject({ id: 'x', has_modules: false });
    await emulator.close();
  });
});
