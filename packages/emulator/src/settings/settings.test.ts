import { describe, expect, it } from 'vitest';
import { call, codes, testEmulator, upload } from '../../test/support/client.ts';
import type { Envelope } from '../../test/support/client.ts';
import type { Emulator } from '../index.ts';
import type { Json } from '../json.ts';
import { INITIAL_SCRIPT_SETTINGS, showScriptSettings } from './settings.ts';
import type { ScriptSettings } from './settings.ts';
import { SCRIPT_SETTINGS, VERSION_SETTINGS } from './table.ts';

const SCRIPT = '/accounts/:account/workers/scripts/x';

/** A value other than the initial one, and what a wrong one is; switches need none. */
const SAMPLES: Partial<Record<string, { value: Json; wrong: Json }>> = {
  observability: { value: { enabled: true, head_sampling_rate: 0.5 }, wrong: { enabled: 'yes' } },
  tags: { value: ['tenant:acme'], wrong: 'tenant:acme' },
  tailConsumers: { value: [{ service: 'x' }], wrong: [{}] },
  compatibilityDate: { value: '2025-06-01', wrong: 'yesterday' },
  compatibilityFlags: { value: ['nodejs_compat'], wrong: 'nodejs_compat' },
  usageModel: { value: 'unbound', wrong: 5 },
  limits: { value: { cpu_ms: 50 }, wrong: 50 },
  placement: { value: { mode: 'smart' }, wrong: 'smart' },
  cacheOptions: { value: { enabled: true }, wrong: true },
  exports: { value: { default: { type: 'worker' } }, wrong: [] },
  packageDependencies: { value: [{ name: 'hono' }], wrong: null },
};

const sampleOf = (key: string, initial: Json): { value: Json; wrong: Json } => {
  const sample = SAMPLES[key] ?? (typeof initial === 'boolean' ? { value: !initial, wrong: 'yes' } : null);
  if (sample === null) throw new Error(`Give ${key} a sample in settings.test.ts.`);
  return sample;
};

const keysOf = <T extends object>(table: T): (keyof T)[] => Object.keys(table) as (keyof T)[];
const ofScript = keysOf(SCRIPT_SETTINGS).map((key) => ({
  ...SCRIPT_SETTINGS[key],
  ...sampleOf(key, SCRIPT_SETTINGS[key].initial),
}));
const ofVersion = keysOf(VERSION_SETTINGS).map((key) => ({
  ...VERSION_SETTINGS[key],
  ...sampleOf(key, VERSION_SETTINGS[key].initial),
}));
const all = [...ofScript, ...ofVersion];

describe('the settings of a Worker', () => {
  it.each(all)('$name: what an upload sets, the settings show', async ({ name, value, show }) => {
    const emulator = await uploaded({ [name]: value });
    const shown = await settingsOf(emulator);
    for (const [field, expected] of Object.entries(show('settings', value as never))) {
      expect(shown[field]).toEqual(expected);
    }
    await emulator.close();
  });

  it.each(all.filter(({ editable }) => editable))(
    '$name: a patch of the settings changes it, null takes it back, and other settings stay',
    async ({ name, value, initial, show }) => {
      const emulator = await uploaded({});
      const before = await settingsOf(emulator);
      expect(codes(await patch(emulator, { [name]: value }))).toEqual([]);
      expect(await settingsOf(emulator)).toMatchObject({ ...before, ...show('settings', value as never) });
      expect(codes(await patch(emulator, { [name]: null }))).toEqual([]);
      const after = await settingsOf(emulator);
      expect(after[name]).toEqual(show('settings', initial as never)[name]);
      await emulator.close();
    },
  );

  it.each(all.filter(({ editable }) => !editable))(
    '$name: a patch of the settings refuses it, as it belongs to uploads',
    async ({ name, value }) => {
      const emulator = await uploaded({});
      expect(codes(await patch(emulator, { [name]: value }))).toEqual([90400]);
      await emulator.close();
    },
  );

  it.each(all.filter(({ wrong }) => wrong !== null))(
    '$name: a value of the wrong form is refused by uploads and by patches',
    async ({ name, wrong, editable }) => {
      const emulator = await uploaded({});
      expect(codes(await call(emulator, 'PUT', SCRIPT, upload({ [name]: wrong })))).toEqual([10021]);
      const patched = codes(await patch(emulator, { [name]: wrong }));
      expect(patched).toEqual([editable ? 10021 : 90400]);
      await emulator.close();
    },
  );

  it('changes a version only for what belongs to versions', async () => {
    const emulator = await uploaded({});
    for (const { name, value } of ofScript) await patch(emulator, { [name]: value });
    const versions = await call(emulator, 'GET', `${SCRIPT}/versions`);
    expect(versions.result['items']).toHaveLength(1);
    await emulator.close();
  });

  it('shows what older state lacks as nobody set it', () => {
    const { logpush: _logpush, ...older } = INITIAL_SCRIPT_SETTINGS;
    expect(showScriptSettings('settings', older as ScriptSettings)['logpush']).toBe(false);
  });
});

async function uploaded(metadata: Record<string, Json>): Promise<Emulator> {
  const emulator = await testEmulator();
  expect(codes(await call(emulator, 'PUT', SCRIPT, upload(metadata)))).toEqual([]);
  return emulator;
}

async function settingsOf(emulator: Emulator): Promise<Record<string, unknown>> {
  const { annotations: _ofTheVersion, ...settings } = (await call(emulator, 'GET', `${SCRIPT}/settings`))
    .result;
  return settings;
}

async function patch(emulator: Emulator, settings: Record<string, Json>): Promise<Envelope> {
  const form = new FormData();
  form.set('settings', new Blob([JSON.stringify(settings)], { type: 'application/json' }));
  return call(emulator, 'PATCH', `${SCRIPT}/settings`, form);
}
