import { describe, expect, it } from 'vitest';
import { call, codes, testEmulator, upload } from '../../test/support/client.ts';

const account = '/accounts/:account';

describe('hostile input', () => {
  it('cannot leave a directory or another document through a name', async () => {
    const emulator = await testEmulator();
    for (const name of ['../../etc', 'a/b', 'a\nb', '', 'x'.repeat(100)]) {
      const index = await call(emulator, 'POST', `${account}/vectorize/v2/indexes`, {
        name,
        config: { dimensions: 3, metric: 'cosine' },
      });
      const namespace = await call(emulator, 'POST', `${account}/workers/dispatch/namespaces`, { name });
      const bucket = await call(emulator, 'POST', `${account}/r2/buckets`, { name });
      const queue = await call(emulator, 'POST', `${account}/queues`, { queue_name: name });
      expect([index, namespace, bucket, queue].map(({ success }) => success)).toEqual([
        false,
        false,
        false,
        false,
      ]);
    }
    const script = await call(
      emulator,
      'PUT',
      `${account}/workers/scripts/${encodeURIComponent('../x')}`,
      upload(),
    );
    expect(codes(script)).toEqual([10016]);
    await emulator.close();
  });

  it('does not reach object prototypes', async () => {
    const emulator = await testEmulator();
    const form = new FormData();
    form.set('metadata', '{"main_module":"index.js","annotations":{"__proto__":"x"}}');
    form.set(
      'index.js',
      new File(['export default { fetch() {} }'], 'index.js', { type: 'application/javascript+module' }),
    );
    expect(codes(await call(emulator, 'PUT', `${account}/workers/scripts/x`, form))).toEqual([10021]);
    const type = await call(
      emulator,
      'PUT',
      `${account}/workers/scripts/x`,
      upload({ bindings: [{ type: 'constructor', name: 'A' }] }),
    );
    expect(codes(type)).toEqual([10021]);
    await call(emulator, 'PUT', `${account}/workers/scripts/x`, upload());
    const secrets = await call(
      emulator,
      'PATCH',
      `${account}/workers/scripts/x/secrets-bulk`,
      '{"secrets":{"__proto__":{"name":"__proto__","text":"x","type":"secret_text"}}}',
      { 'content-type': 'application/json' },
    );
    expect(secrets.status).toBe(200);
    expect(Object.keys({})).toEqual([]);
    await emulator.close();
  });

  it('is not answered with a crash: broken JSON, wrong shapes, deep bodies', async () => {
    const emulator = await testEmulator();
    await call(emulator, 'PUT', `${account}/workers/scripts/x`, upload());
    const json = { 'content-type': 'application/json' };
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    for (const [method, path] of [
      ['POST', 'workers/scripts/x/deployments'],
      ['PUT', 'workers/scripts/x/schedules'],
      ['PUT', 'workers/scripts/x/secrets'],
      ['PATCH', 'workers/scripts/x/secrets-bulk'],
      ['PATCH', 'workers/scripts/x/script-settings'],
      ['POST', 'workers/scripts/x/subdomain'],
      ['PUT', 'workers/scripts/x/routes'],
      ['POST', 'workers/scripts/x/domains/changeset'],
      ['POST', 'workers/scripts/x/assets-upload-session'],
      ['POST', 'storage/kv/namespaces'],
      ['POST', 'd1/database'],
      ['POST', 'queues'],
      ['POST', 'hyperdrive/configs'],
    ] as const) {
      for (const body of [
        '{',
        'null',
        '7',
        '"text"',
        '{"versions":7,"secrets":7,"manifest":7,"name":7}',
        deep,
      ]) {
        const answer = await call(emulator, method, `${account}/${path}`, body, json);
        expect(
          [400, 404, 409].includes(answer.status),
          `${method} ${path} ${body.slice(0, 20)}: ${answer.status}`,
        ).toBe(true);
      }
    }
    await emulator.close();
  });
});
