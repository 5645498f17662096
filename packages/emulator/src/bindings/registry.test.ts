import { describe, expect, it } from 'vitest';
import { ACCOUNT, call, codes, testEmulator, upload } from '../../test/support/client.ts';
import { readBindings } from './read.ts';
import { bindingKind } from './registry.ts';

const SCRIPT = '/accounts/:account/workers/scripts/x';

describe('kinds of bindings', () => {
  it('are found by the type of the API only', () => {
    expect(bindingKind('kv_namespace')).toBeDefined();
    expect(bindingKind('toString')).toBeUndefined();
    expect(bindingKind('kv')).toBeUndefined();
  });

  it.each([
    [{ type: 'secret_key', algorithm: { name: 'HMAC' }, format: 'raw', usages: ['sign'] }, 'key_base64'],
    [{ type: 'durable_object_namespace' }, 'class_name` or `namespace_id'],
    [{ type: 'pipelines' }, 'pipeline` or `stream'],
    [{ type: 'd1' }, '`id`'],
    [{ type: 'ratelimit', namespace_id: '1' }, 'simple'],
    [{ type: 'kv_namespace', namespace_id: '' }, 'namespace_id'],
  ])('asks for what %j lacks', (binding, asked) => {
    expect(() => readBindings([{ ...binding, name: 'B' }])).toThrow(asked);
  });

  it('accepts an empty text and a JSON null as values', () => {
    const bindings = [
      { type: 'plain_text', name: 'A', text: '' },
      { type: 'json', name: 'B', json: null },
    ];
    expect(readBindings(bindings)).toEqual(bindings);
  });

  it('refuses a field the kind does not have', () => {
    expect(() => readBindings([{ type: 'ai', name: 'AI', model: 'x' }])).toThrow(/"model"/);
  });

  it('never give back secrets, nor fields that only an upload has', async () => {
    const emulator = await testEmulator();
    await emulator.admin.seed({ queues: [{ accountId: ACCOUNT, name: 'jobs' }] });
    const bindings = [
      { type: 'secret_text', name: 'S', text: 'hidden' },
      { type: 'secret_key', name: 'K', algorithm: 'x', format: 'raw', usages: ['sign'], key_base64: 'aGk=' },
      { type: 'queue', name: 'Q', queue_name: 'jobs', delivery_delay: 5 },
      { type: 'ai', name: 'AI', staging: true },
      { type: 'analytics_engine', name: 'AE' },
    ];
    expect(codes(await call(emulator, 'PUT', SCRIPT, upload({ bindings })))).toEqual([]);
    const settings = await call(emulator, 'GET', `${SCRIPT}/settings`);
    expect(settings.result['bindings']).toEqual([
      { type: 'secret_text', name: 'S' },
      { type: 'secret_key', name: 'K', algorithm: 'x', format: 'raw', usages: ['sign'] },
      { type: 'queue', name: 'Q', queue_name: 'jobs' },
      { type: 'ai', name: 'AI' },
      { type: 'analytics_engine', name: 'AE', dataset: 'AE' },
    ]);
    await emulator.close();
  });
});
