import { afterAll, beforeAll, describe, expect } from 'vitest';
import { story } from '../support/story.ts';
import { codes, upload } from '../support/client.ts';
import { emulatorTarget, liveTarget } from './target.ts';
import type { ContractTarget } from './target.ts';

const live = liveTarget();
const targets: [string, () => Promise<ContractTarget>][] = [['the emulator', emulatorTarget]];
if (live !== null) targets.push(['a live account', async () => live]);

/** The behaviours of the API that deploys rely on. The steps build on each other. */
describe.each(targets)('the API contract on %s', (_name, open) => {
  story('is kept', 300_000, (step) => {
    let target: ContractTarget;
    const path = (rest = ''): string => `/workers/scripts/${target.script}${rest}`;
    const ids: string[] = [];
    const source = (text: string): string =>
      `export default { async fetch() { return new Response("${text}"); } };`;
    const secret = { type: 'secret_text', name: 'KEY', text: 'one' };

    beforeAll(async () => {
      target = await open();
    });
    afterAll(() => target.close());

    step(
      'says 10007 for a Worker that is not there, on settings, deployments and version uploads',
      async () => {
        expect(codes(await target.call('GET', path('/settings')))).toEqual([10007]);
        expect(codes(await target.call('GET', path('/deployments')))).toEqual([10007]);
        expect(codes(await target.call('POST', path('/versions'), upload()))).toEqual([10007]);
      },
    );

    step('refuses a script that throws at its top level with 10021 and the error’s text', async () => {
      const broken = await target.call('PUT', path(), upload({}, 'throw new Error("broken at start");'));
      expect([broken.status, codes(broken)]).toEqual([400, [10021]]);
      expect(broken.errors[0]?.message).toContain('broken at start');
    });

    step('deploys a script upload at once, and gives its version id without hyphens', async () => {
      const put = await target.call(
        'PUT',
        path('?bindings_inherit=strict&excludeScript=true'),
        upload(
          { bindings: [secret], annotations: { 'workers/message': 'first', 'workers/tag': 'v1' } },
          source('one'),
        ),
      );
      expect(put.errors).toEqual([]);
      const deployments = await target.call('GET', path('/deployments'));
      const [newest] = deployments.result['deployments'] as {
        versions: { version_id: string; percentage: number }[];
      }[];
      expect(newest?.versions).toEqual([{ version_id: expect.any(String), percentage: 100 }]);
      ids.push(newest?.versions[0]?.version_id ?? '');
      expect(put.result['deployment_id']).toBe(ids[0]?.replaceAll('-', ''));
    });

    step('stores a version without deploying it, with its annotations and inherited secret', async () => {
      const posted = await target.call(
        'POST',
        path('/versions?bindings_inherit=strict'),
        upload({ keep_bindings: ['secret_text'], annotations: { 'workers/tag': 'v2' } }, source('two')),
      );
      expect(posted.errors).toEqual([]);
      ids.push(String(posted.result['id']));
      const version = await target.call('GET', path(`/versions/${ids[1] ?? ''}`));
      expect(version.result).toMatchObject({ number: 2, annotations: { 'workers/tag': 'v2' } });
      expect(version.result['resources']).toMatchObject({ bindings: [{ type: 'secret_text', name: 'KEY' }] });
      expect(JSON.stringify(version.result)).not.toContain('"one"');
    });

    step('names each binding that cannot be inherited under strict', async () => {
      const refused = await target.call(
        'POST',
        path('/versions?bindings_inherit=strict'),
        upload({ bindings: [{ type: 'inherit', name: 'NONE' }] }),
      );
      expect(codes(refused)).toEqual([10057]);
      expect(refused.errors[0]?.message).toMatch(/^inherit binding 'NONE' is invalid/);
    });

    step('refuses a secret change while the newest version is not deployed', async () => {
      expect(codes(await target.call('PUT', path('/secrets'), { ...secret, text: 'two' }))).toEqual([10215]);
    });

    step('splits traffic, lists the split first, and promotes', async () => {
      const split = [
        { version_id: ids[1], percentage: 10 },
        { version_id: ids[0], percentage: 90 },
      ];
      const created = await target.call('POST', path('/deployments'), {
        strategy: 'percentage',
        versions: split,
      });
      expect(created.errors).toEqual([]);
      const listed = await target.call('GET', path('/deployments'));
      expect((listed.result['deployments'] as { id: unknown }[])[0]?.id).toBe(created.result['id']);
      const versions = [{ version_id: ids[1], percentage: 100 }];
      expect(
        (await target.call('POST', path('/deployments'), { strategy: 'percentage', versions })).status,
      ).toBe(200);
    });

    step('refuses shares that do not total 100, and unknown versions', async () => {
      const odd = [{ version_id: ids[1], percentage: 50 }];
      const short = await target.call('POST', path('/deployments'), {
        strategy: 'percentage',
        versions: odd,
      });
      expect(short.success).toBe(false);
      const missing = await target.call('GET', path(`/versions/${crypto.randomUUID()}`));
      expect(codes(missing)).toEqual([100146]);
    });

    step('makes a version of a secret change, and wants force to go back over it', async () => {
      expect((await target.call('PUT', path('/secrets'), { ...secret, text: 'two' })).errors).toEqual([]);
      const versions = [{ version_id: ids[0], percentage: 100 }];
      const refused = await target.call('POST', path('/deployments'), { strategy: 'percentage', versions });
      expect(codes(refused)).toEqual([10220]);
      expect(refused.errors[0]?.message).toContain('KEY');
      const forced = await target.call('POST', path('/deployments?force=true'), {
        strategy: 'percentage',
        versions,
      });
      expect(forced.errors).toEqual([]);
    });

    step('patches script settings in place, and leaves what was not sent', async () => {
      await target.call('PATCH', path('/script-settings'), {
        tags: ['contract'],
        observability: { enabled: true },
      });
      const patched = await target.call('PATCH', path('/script-settings'), { logpush: false });
      expect(patched.result).toMatchObject({ tags: ['contract'], observability: { enabled: true } });
    });

    step('keeps the old schedules when a new list has a bad cron', async () => {
      await target.call('PUT', path('/schedules'), [{ cron: '0 3 * * *' }]);
      expect(codes(await target.call('PUT', path('/schedules'), [{ cron: 'nonsense' }]))).toEqual([10100]);
      const schedules = await target.call('GET', path('/schedules'));
      expect(schedules.result['schedules']).toMatchObject([{ cron: '0 3 * * *' }]);
    });

    step(
      'shows the script in the account’s list with etag and time, and forgets it once deleted',
      async () => {
        const listed = await target.call('GET', '/workers/scripts');
        const mine = listed.result.find((script) => (script as { id: string }).id === target.script);
        expect(mine).toMatchObject({
          etag: expect.any(String),
          modified_on: expect.any(String),
          tags: ['contract'],
        });
        expect((await target.call('DELETE', path('?force=true'))).success).toBe(true);
        expect(codes(await target.call('GET', path('/settings')))).toEqual([10007]);
      },
    );
  });
});
