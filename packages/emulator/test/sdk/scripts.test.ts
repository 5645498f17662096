import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Emulator } from '../../src/index.ts';
import { ACCOUNT, HELLO, testEmulator, upload } from '../support/client.ts';
import { assertConforms, checkedSdk } from '../support/sdk.ts';
import type { CheckedSdk } from '../support/sdk.ts';

const account = { account_id: ACCOUNT };

describe('the official SDK on Workers', () => {
  let emulator: Emulator;
  let sdk: CheckedSdk;
  beforeEach(async () => {
    emulator = await testEmulator();
    await emulator.admin.seed({ zones: [{ accountId: ACCOUNT, name: 'example.com' }] });
    sdk = checkedSdk(emulator);
    await sdk.client.put(`/accounts/${ACCOUNT}/workers/scripts/hello`, {
      body: upload({
        bindings: [{ type: 'plain_text', name: 'STAGE', text: 'test' }],
        observability: { enabled: true },
      }),
    });
  });
  afterEach(async () => {
    await emulator.close();
    assertConforms(sdk);
  });

  it('uploads with the typed method when metadata is one JSON part', async () => {
    const script = await sdk.client.workers.scripts.update(
      'typed',
      {
        ...account,
        // The typed form would be flattened into many parts, which the API refuses.
        metadata: new File([JSON.stringify({ main_module: 'index.js' })], 'blob', {
          type: 'application/json',
        }) as never,
        files: [new File([HELLO], 'index.js', { type: 'application/javascript+module' })],
      },
      { headers: { 'Content-Type': null } },
    );
    expect(script.id).toBe('typed');
    const flattened = sdk.client.workers.scripts.update(
      'flattened',
      { ...account, metadata: { main_module: 'index.js' }, files: [new File([HELLO], 'index.js')] },
      { headers: { 'Content-Type': null } },
    );
    await expect(flattened).rejects.toMatchObject({ status: 400, errors: [{ code: 10021 }] });
    const wrongType = sdk.client.workers.scripts.update('plain', {
      ...account,
      metadata: { main_module: 'index.js' },
      files: [new File([HELLO], 'index.js')],
    });
    await expect(wrongType).rejects.toMatchObject({ status: 400 });
  });

  it('lists, searches, reads and deletes scripts', async () => {
    const listed = await sdk.client.workers.scripts.list(account);
    expect(listed.result.map(({ id }) => id)).toEqual(['hello']);
    const found = await sdk.client.workers.scripts.search({ ...account, name: 'hel' });
    expect(found).toMatchObject([{ script_name: 'hello' }]);
    expect(await sdk.client.workers.scripts.get('hello', account)).toContain('new Response("hello")');
    const content = await sdk.client.workers.scripts.content.get('hello', account);
    expect(content.headers.get('cf-entrypoint')).toBe('index.js');
    const form = await content.formData();
    expect(await (form.get('index.js') as File).text()).toBe(HELLO);
    await sdk.client.workers.scripts.delete('hello', account);
    await expect(sdk.client.workers.scripts.get('hello', account)).rejects.toMatchObject({ status: 404 });
  });

  it('creates, lists and reads versions, and ends the page iteration', async () => {
    for (const tag of ['a', 'b']) {
      await sdk.client.post(`/accounts/${ACCOUNT}/workers/scripts/hello/versions`, {
        body: upload({ annotations: { 'workers/tag': tag } }),
      });
    }
    const versions = [];
    for await (const version of sdk.client.workers.scripts.versions.list('hello', {
      ...account,
      per_page: 2,
    })) {
      versions.push(version);
    }
    expect(versions.map(({ number }) => number)).toEqual([3, 2, 1]);
    const one = await sdk.client.workers.scripts.versions.get(versions[0]?.id ?? '', {
      ...account,
      script_name: 'hello',
    });
    expect(one.number).toBe(3);
    const missing = sdk.client.workers.scripts.versions.get(crypto.randomUUID(), {
      ...account,
      script_name: 'hello',
    });
    await expect(missing).rejects.toMatchObject({ status: 404, errors: [{ code: 100146 }] });
  });

  it('creates, lists, reads and deletes deployments', async () => {
    const { result } = (await sdk.client.workers.scripts.versions.list('hello', account)) as unknown as {
      result: { items: { id: string }[] };
    };
    const deployment = await sdk.client.workers.scripts.deployments.create('hello', {
      ...account,
      strategy: 'percentage',
      versions: [{ version_id: result.items[0]?.id ?? '', percentage: 100 }],
      annotations: { 'workers/message': 'again' },
    });
    const page = (await sdk.client.workers.scripts.deployments.list('hello', account)) as unknown as {
      result: { deployments: { id: string }[] };
    };
    expect(page.result.deployments.map(({ id }) => id)).toEqual([deployment.id, expect.any(String)]);
    const older = page.result.deployments[1]?.id ?? '';
    expect(
      (await sdk.client.workers.scripts.deployments.get(older, { ...account, script_name: 'hello' })).id,
    ).toBe(older);
    await sdk.client.workers.scripts.deployments.delete(older, { ...account, script_name: 'hello' });
    await expect(
      sdk.client.workers.scripts.deployments.get(older, { ...account, script_name: 'hello' }),
    ).rejects.toMatchObject({
      errors: [{ code: 10336 }],
    });
  });

  it('reads and edits both kinds of settings', async () => {
    const settings = await sdk.client.workers.scripts.scriptAndVersionSettings.get('hello', account);
    expect(settings.bindings).toEqual([{ type: 'plain_text', name: 'STAGE', text: 'test' }]);
    const form = new FormData();
    form.set('settings', JSON.stringify({ compatibility_date: '2026-01-01', bindings: [] }));
    await sdk.client.patch(`/accounts/${ACCOUNT}/workers/scripts/hello/settings`, { body: form });
    expect(
      (await sdk.client.workers.scripts.scriptAndVersionSettings.get('hello', account)).bindings,
    ).toEqual([]);
    await expect(
      sdk.client.workers.scripts.scriptAndVersionSettings.edit('hello', { ...account, settings: {} }),
    ).rejects.toMatchObject({ status: 400 });
    const edited = await sdk.client.workers.scripts.settings.edit('hello', {
      ...account,
      tags: ['t'],
      logpush: true,
    });
    expect(edited).toMatchObject({ tags: ['t'], logpush: true, observability: { enabled: true } });
    expect(await sdk.client.workers.scripts.settings.get('hello', account)).toMatchObject({ tags: ['t'] });
  });

  it('manages secrets without ever reading a value', async () => {
    const { secrets } = sdk.client.workers.scripts;
    await secrets.update('hello', { ...account, name: 'KEY', text: 'hidden', type: 'secret_text' });
    await secrets.bulkUpdate('hello', {
      ...account,
      secrets: { A: { name: 'A', text: 'x', type: 'secret_text' }, KEY: null },
    } as never);
    const listed = await secrets.list('hello', account);
    expect(listed.result).toEqual([{ name: 'A', type: 'secret_text' }]);
    expect(await secrets.get('A', { ...account, script_name: 'hello' })).toEqual({
      name: 'A',
      type: 'secret_text',
    });
    await secrets.delete('A', { ...account, script_name: 'hello' });
    await expect(secrets.get('A', { ...account, script_name: 'hello' })).rejects.toMatchObject({
      errors: [{ code: 10056 }],
    });
  });

  it('manages subdomains, schedules, tails and the account subdomain', async () => {
    const { subdomain, schedules, tail } = sdk.client.workers.scripts;
    expect(await subdomain.get('hello', account)).toEqual({ enabled: false, previews_enabled: false });
    expect(await subdomain.create('hello', { ...account, enabled: true })).toEqual({
      enabled: true,
      previews_enabled: true,
    });
    expect(await subdomain.delete('hello', account)).toEqual({ enabled: false, previews_enabled: false });
    await schedules.update('hello', { ...account, body: [{ cron: '0 3 * * MON' }] });
    expect((await schedules.get('hello', account)).schedules).toMatchObject([{ cron: '0 3 * * MON' }]);
    const followed = await tail.create('hello', account);
    expect(followed.url).toMatch(/^ws:/);
    await tail.delete(followed.id, { ...account, script_name: 'hello' });
    expect(await sdk.client.workers.subdomains.get(account)).toEqual({ subdomain: 'test' });
    await expect(
      sdk.client.workers.subdomains.update({ ...account, subdomain: 'other' }),
    ).rejects.toMatchObject({
      errors: [{ code: 10036 }],
    });
  });

  it('manages routes and custom domains', async () => {
    const [zone] = (await sdk.client.zones.list({ name: 'example.com', account: { id: ACCOUNT } })).result;
    const zone_id = zone?.id ?? '';
    expect((await sdk.client.zones.get({ zone_id })).name).toBe('example.com');
    const { routes, domains } = sdk.client.workers;
    const route = await routes.create({ zone_id, pattern: 'example.com/*', script: 'hello' });
    await expect(routes.create({ zone_id, pattern: 'example.com/*' })).rejects.toMatchObject({
      errors: [{ code: 10020 }],
    });
    await routes.update(route.id, { zone_id, pattern: 'example.com/api/*', script: 'hello' });
    expect((await routes.get(route.id, { zone_id })).pattern).toBe('example.com/api/*');
    expect((await routes.list({ zone_id })).result).toHaveLength(1);
    await routes.delete(route.id, { zone_id });
    const domain = await domains.update({
      ...account,
      hostname: 'api.example.com',
      service: 'hello',
      zone_id,
    });
    expect(await domains.get(domain.id, account)).toMatchObject({ hostname: 'api.example.com' });
    expect((await domains.list({ ...account, service: 'hello' })).result).toHaveLength(1);
    await domains.delete(domain.id, account);
    await expect(domains.get(domain.id, account)).rejects.toMatchObject({ errors: [{ code: 100114 }] });
  });

  it('reads and edits Workers in the beta view', async () => {
    const { workers } = sdk.client.workers.beta;
    const worker = await workers.get('hello', account);
    expect(worker).toMatchObject({ name: 'hello', subdomain: { enabled: false } });
    expect((await workers.get(worker.id, account)).name).toBe('hello');
    expect((await workers.list(account)).result).toHaveLength(1);
    const versions = await workers.versions.list('hello', account);
    expect(versions.result).toMatchObject([
      { number: 1, urls: [expect.stringContaining('-hello.test.workers.dev')] },
    ]);
    const id = versions.result[0]?.id ?? '';
    expect((await workers.versions.get(id, { ...account, worker_id: 'hello' })).id).toBe(id);
    const next = await workers.versions.create('hello', {
      ...account,
      deploy: true,
      main_module: 'index.js',
      compatibility_date: '2026-01-01',
      modules: [
        { name: 'index.js', content_type: 'application/javascript+module', content_base64: btoa(HELLO) },
      ],
    });
    expect(emulator.admin.scripts(ACCOUNT)[0]?.deployments[0]?.versions).toMatchObject([
      { versionId: next.id },
    ]);
    expect((await workers.get('hello', account)).observability).toEqual({ enabled: true });
    const created = await workers.create({ ...account, name: 'empty', logpush: true });
    expect(created).toMatchObject({ name: 'empty', logpush: true });
    await workers.delete('empty', account);
  });
});
