import { describe, expect, it } from 'vitest';
import { ACCOUNT, call, codes, testEmulator, upload } from '../test/support/client.ts';

describe('the deploy path', () => {
  it('uploads a script, deploys it at once, and shows it in lists, settings and services', async () => {
    const emulator = await testEmulator();
    const put = await call(
      emulator,
      'PUT',
      '/accounts/:account/workers/scripts/hello?excludeScript=true&bindings_inherit=strict',
      upload({
        bindings: [{ type: 'plain_text', name: 'STAGE', text: 'staging' }],
        annotations: { 'workers/message': 'first' },
      }),
    );
    expect(put.errors).toEqual([]);
    expect(put.result).toMatchObject({
      id: 'hello',
      handlers: ['fetch'],
      has_modules: true,
      startup_time_ms: 3,
    });
    const deployments = await call(emulator, 'GET', '/accounts/:account/workers/scripts/hello/deployments');
    const [live] = deployments.result['deployments'] as {
      versions: { version_id: string; percentage: number }[];
    }[];
    expect(live?.versions).toEqual([{ version_id: expect.any(String), percentage: 100 }]);
    expect(live?.versions[0]?.version_id.replaceAll('-', '')).toBe(put.result['deployment_id']);
    const settings = await call(emulator, 'GET', '/accounts/:account/workers/scripts/hello/settings');
    expect(settings.result['bindings']).toEqual([{ type: 'plain_text', name: 'STAGE', text: 'staging' }]);
    const service = await call(emulator, 'GET', '/accounts/:account/workers/services/hello');
    expect(service.result).toMatchObject({ id: 'hello', default_environment: { environment: 'production' } });
    const list = await call(emulator, 'GET', '/accounts/:account/workers/scripts');
    expect(list.result).toHaveLength(1);
    await emulator.close();
  });

  it('stores a version without deploying it, then splits traffic between two versions', async () => {
    const emulator = await testEmulator();
    const script = '/accounts/:account/workers/scripts/hello';
    expect(codes(await call(emulator, 'POST', `${script}/versions`, upload()))).toEqual([10007]);
    await call(emulator, 'PUT', script, upload());
    const version = await call(
      emulator,
      'POST',
      `${script}/versions`,
      upload({ annotations: { 'workers/tag': 'v2' } }),
    );
    expect(version.result).toMatchObject({ number: 2, startup_time_ms: 3 });
    const list = await call(emulator, 'GET', `${script}/versions`);
    const [newer, older] = list.result['items'] as { id: string }[];
    expect(newer?.id).toBe(version.result['id']);
    const split = await call(emulator, 'POST', `${script}/deployments`, {
      strategy: 'percentage',
      versions: [
        { version_id: newer?.id, percentage: 10 },
        { version_id: older?.id, percentage: 90 },
      ],
      annotations: { 'workers/message': 'canary' },
    });
    expect(split.result).toMatchObject({
      strategy: 'percentage',
      annotations: { 'workers/message': 'canary' },
    });
    await emulator.close();
  });

  it('answers what it does not serve with a 501 that names it', async () => {
    const emulator = await testEmulator();
    const answer = await call(emulator, 'GET', `/accounts/${ACCOUNT}/pages/projects`);
    expect(answer.status).toBe(501);
    expect(answer.errors[0]?.message).toContain(`GET /accounts/${ACCOUNT}/pages/projects`);
    await emulator.close();
  });
});
