import { describe, expect, it } from 'vitest';
import { ACCOUNT, call, codes, testEmulator, upload } from '../../test/support/client.ts';
import type { Envelope } from '../../test/support/client.ts';
import { AssumptionError, createAssumptions } from './assumptions.ts';
import type { Assumptions } from './assumptions.ts';
import { ASSUMPTIONS } from './endpoints.ts';
import { failure } from './errors.ts';

type Emulator = Awaited<ReturnType<typeof testEmulator>>;
/** What is asked, and what it gives as assumed and otherwise. */
type Probe = [
  ask: (emulator: Emulator, assumptions: Assumptions) => Promise<unknown>,
  assumed: unknown,
  otherwise: unknown,
];

const ACCOUNT_PATH = '/accounts/:account';
const SCRIPT = `${ACCOUNT_PATH}/workers/scripts/x`;
const refusal = (answer: Envelope): [number, ...number[]] => [answer.status, ...codes(answer)];
const put = async (emulator: Emulator, metadata = {}, name = 'x'): Promise<Envelope> =>
  call(emulator, 'PUT', `${ACCOUNT_PATH}/workers/scripts/${name}`, upload(metadata));
const secret = (emulator: Emulator, text: string): Promise<Envelope> =>
  call(emulator, 'PUT', `${SCRIPT}/secrets`, { name: 'S', text, type: 'secret_text' });
const service = (name: string) => ({ bindings: [{ type: 'service', name: 'B', service: name }] });

/** Puts so many documents of a kind in that the next one is over the quota. */
const filled =
  (seed: (index: number) => object, list: string, count: number, path: string, body: object) =>
  async (emulator: Emulator): Promise<unknown> => {
    await emulator.admin.seed({ [list]: Array.from({ length: count }, (_, index) => seed(index)) });
    return refusal(await call(emulator, 'POST', `${ACCOUNT_PATH}/${path}`, body));
  };
const hex = (index: number): string => index.toString(16).padStart(32, '0');

const limitOf = (assumptions: Assumptions): [number, number | undefined] => {
  const { status, errors } = assumptions.recoded(failure('queueLimit'));
  return [status, errors[0]?.code];
};

const deploy = async (emulator: Emulator, id: string, extra = {}): Promise<Envelope> =>
  call(emulator, 'POST', `${SCRIPT}/deployments`, {
    strategy: 'percentage',
    versions: [{ version_id: id, percentage: 100 }],
    ...extra,
  });
const versionsOf = async (emulator: Emulator): Promise<{ id: string }[]> =>
  (await call(emulator, 'GET', `${SCRIPT}/versions`)).result['items'] as { id: string }[];

const PROBES: Record<string, Probe> = {
  'no-self-binding-at-first': [async (e) => refusal(await put(e, service('x'))), [400, 10143], [200]],
  'upload-resets-settings': [
    async (e) => {
      await put(e, { logpush: true });
      return (await put(e)).result['logpush'];
    },
    false,
    true,
  ],
  'referenced-worker-stays': [
    async (e) => {
      await put(e);
      await put(e, service('x'), 'y');
      return refusal(await call(e, 'DELETE', SCRIPT));
    },
    [400, 10064],
    [200],
  ],
  'worker-takes-triggers': [
    async (e) => {
      await e.admin.seed({ zones: [{ accountId: ACCOUNT, name: 'example.com', id: 'b'.repeat(32) }] });
      await put(e);
      const routes = `/zones/${'b'.repeat(32)}/workers/routes`;
      await call(e, 'POST', routes, { pattern: 'example.com/*', script: 'x' });
      await call(e, 'DELETE', SCRIPT);
      return (await call(e, 'GET', routes)).result.length;
    },
    0,
    1,
  ],
  'delete-answers-null': [
    async (e) => {
      await put(e);
      return (await call(e, 'DELETE', SCRIPT)).result;
    },
    null,
    { id: 'x' },
  ],
  'lists-are-current': [
    async (e) => {
      await put(e);
      const lists = [`${SCRIPT}/versions`, `${SCRIPT}/deployments`];
      const [versions, deployments] = await Promise.all(lists.map(async (path) => call(e, 'GET', path)));
      const scripts = await call(e, 'GET', `${ACCOUNT_PATH}/workers/scripts`);
      const found = [versions?.result['items'], deployments?.result['deployments'], scripts.result];
      return found.map((list) => (list as unknown[]).length);
    },
    [1, 1, 1],
    [0, 0, 0],
  ],
  'fresh-version-is-readable': [
    async (e) => {
      await put(e);
      const [version] = await versionsOf(e);
      return refusal(await call(e, 'GET', `${SCRIPT}/versions/${version?.id}`));
    },
    [200],
    [404, 100146],
  ],
  'long-annotation-refused': [
    async (e) => refusal(await put(e, { annotations: { 'workers/tag': 'x'.repeat(200) } })),
    [400, 10021],
    [200],
  ],
  'metadata-limit-code': [
    async (e) => refusal(await put(e, { tags: ['x'.repeat(1024 * 1024)] })),
    [400, 10021],
    [413, 10027],
  ],
  'class-limit-code': [
    async (e) => {
      const classes = Array.from({ length: 101 }, (_, index) => `C${index}`);
      const source = `${classes.map((name) => `export class ${name} extends DurableObject {}`).join('\n')}
        export default { async fetch() {} };`;
      const form = upload({ migrations: { new_tag: 'v1', new_sqlite_classes: classes } }, source);
      return refusal(await call(e, 'PUT', SCRIPT, form));
    },
    [400, 10021],
    [403, 10037],
  ],
  'secret-is-live': [
    async (e) => {
      await put(e);
      await secret(e, 'a');
      return ((await call(e, 'GET', `${SCRIPT}/deployments`)).result['deployments'] as unknown[]).length;
    },
    2,
    1,
  ],
  'settings-patch-keeps': [
    async (e) => {
      await put(e, { compatibility_flags: ['nodejs_compat'] });
      const form = new FormData();
      form.set('settings', JSON.stringify({ usage_model: 'standard' }));
      return (await call(e, 'PATCH', `${SCRIPT}/settings`, form)).result['compatibility_flags'];
    },
    ['nodejs_compat'],
    [],
  ],
  'secrets-compared-by-value': [
    async (e) => {
      await put(e);
      await secret(e, 'a');
      const first = (await versionsOf(e))[0]?.id ?? '';
      await e.admin.advanceClock(1000);
      await secret(e, 'a');
      return refusal(await deploy(e, first));
    },
    [200],
    [400, 10220],
  ],
  'secrets-hold-back': [
    async (e) => {
      await put(e);
      const first = (await versionsOf(e))[0]?.id ?? '';
      await secret(e, 'a');
      return refusal(await deploy(e, first));
    },
    [400, 10220],
    [200],
  ],
  'share-total-code': [
    async (e) => {
      await put(e);
      const versions = [{ version_id: (await versionsOf(e))[0]?.id, percentage: 50 }];
      return refusal(await deploy(e, '', { versions }));
    },
    [400, 10021],
    [400, 10026],
  ],
  'update-strategy-not-answered': [
    async (e) => {
      await put(e);
      const id = (await versionsOf(e))[0]?.id ?? '';
      const made = await deploy(e, id, { code_update_strategy: { mode: 'deferred', max_delay: 5 } });
      return made.result['code_update_strategy'];
    },
    undefined,
    { mode: 'deferred', max_delay: 5 },
  ],
  'asset-token-is-bound': [
    async (e) => {
      const session = await call(e, 'POST', `${SCRIPT}/assets-upload-session`, { manifest: {} });
      const form = new FormData();
      form.set('metadata', JSON.stringify({ assets: { jwt: session.result['jwt'] } }));
      return refusal(await call(e, 'PUT', `${ACCOUNT_PATH}/workers/scripts/other`, form));
    },
    [400, 10021],
    [200],
  ],
  'account-out-of-reach': [
    async (e) => refusal(await call(e, 'GET', `/accounts/${'c'.repeat(32)}/workers/scripts`)),
    [403, 10000],
    [403, 9109],
  ],
  'page-beyond-last': [
    async (e) => refusal(await call(e, 'GET', `${ACCOUNT_PATH}/d1/database?page=2`)),
    [200],
    [400, 10004],
  ],
  'kv-limit-code': [
    filled(
      (index) => ({ accountId: ACCOUNT, id: hex(index) }),
      'kvNamespaces',
      1000,
      'storage/kv/namespaces',
      {
        title: 'new',
      },
    ),
    [403, 10021],
    [403, 10037],
  ],
  // Tests do not make 10,000 queues.
  'queue-limit-code': [async (_emulator, assumptions) => limitOf(assumptions), [403, 10021], [403, 10037]],
  'hyperdrive-limit-code': [
    filled(
      (index) => ({ accountId: ACCOUNT, id: hex(index) }),
      'hyperdriveConfigs',
      10,
      'hyperdrive/configs',
      {
        name: 'new',
        origin: { scheme: 'postgres', database: 'd', user: 'u', host: 'h' },
      },
    ),
    [400, 2007],
    [403, 10037],
  ],
  'vectorize-limit-code': [
    filled(
      (index) => ({ accountId: ACCOUNT, name: `i${index}` }),
      'vectorizeIndexes',
      100,
      'vectorize/v2/indexes',
      {
        name: 'new',
        config: { dimensions: 2, metric: 'cosine' },
      },
    ),
    [400, 1002],
    [403, 10037],
  ],
  'vectorize-bad-config-code': [
    async (e) => refusal(await call(e, 'POST', `${ACCOUNT_PATH}/vectorize/v2/indexes`, { name: 'new' })),
    [400, 1002],
    [400, 10026],
  ],
  'ai-search-missing-code': [
    async (e) => refusal(await call(e, 'GET', `${ACCOUNT_PATH}/ai-search/namespaces/none`)),
    [404, 7002],
    [404, 1003],
  ],
  'named-namespace-bad-name-code': [
    async (e) => refusal(await call(e, 'POST', `${ACCOUNT_PATH}/ai-search/namespaces`, { name: 'A B' })),
    [400, 10021],
    [400, 10026],
  ],
  'email-bad-rule-code': [
    async (e) => refusal(await call(e, 'POST', `${ACCOUNT_PATH}/email/routing/rules/plan`, {})),
    [422, 2020],
    [400, 2020],
  ],
  'email-routing-everywhere': [
    async (e) => {
      await e.admin.seed({ zones: [{ accountId: ACCOUNT, name: 'example.com' }] });
      const { tag } = (await put(e)).result;
      const rule = {
        matchers: [{ type: 'literal', field: 'to', value: 'a@example.com' }],
        actions: [{ type: 'worker', value: ['x'] }],
      };
      const body = { owner_worker_tag: tag, rules: [rule], catch_all_rules: [] };
      return refusal(await call(e, 'POST', `${ACCOUNT_PATH}/email/routing/rules/plan`, body));
    },
    [200],
    [400, 2062],
  ],
  'zone-limit-code': [
    async (e) => {
      await e.admin.seed({ zones: [{ accountId: ACCOUNT, name: 'example.com' }] });
      await put(e);
      const routes = Array.from({ length: 1001 }, (_, index) => ({ pattern: `example.com/${index}` }));
      return refusal(await call(e, 'PUT', `${SCRIPT}/routes`, routes));
    },
    [400, 10021],
    [403, 10037],
  ],
};

describe('what the emulator assumes', () => {
  it('has a switch for each behaviour that nothing proves, with a name of its own', () => {
    expect(ASSUMPTIONS.map(({ id }) => id).toSorted()).toEqual(Object.keys(PROBES).toSorted());
  });

  it.each(Object.entries(PROBES))('%s is so by default, and otherwise when switched', async (id, probe) => {
    const [ask, assumed, otherwise] = probe;
    const both = [];
    for (const choice of ['assumed', 'alternative'] as const) {
      const emulator = await testEmulator({
        assumptions: { [id]: choice },
        accounts: [{ id: ACCOUNT, name: 'Test', subdomain: 'test', plan: 'free' }],
        clock: 'virtual',
      });
      both.push(await ask(emulator, createAssumptions(ASSUMPTIONS, { [id]: choice })));
      await emulator.close();
    }
    expect(both).toEqual([assumed, otherwise]);
  });

  it('lets lists and fresh versions catch up with time', async () => {
    const assumptions = {
      'lists-are-current': 'alternative',
      'fresh-version-is-readable': 'alternative',
    } as const;
    const emulator = await testEmulator({ assumptions, clock: 'virtual' });
    await put(emulator);
    await emulator.admin.advanceClock(2000);
    const [version] = await versionsOf(emulator);
    expect(refusal(await call(emulator, 'GET', `${SCRIPT}/versions/${version?.id}`))).toEqual([200]);
    await emulator.close();
  });

  it('refuses a switch that does not exist, naming those that do', async () => {
    const wrong = testEmulator({ assumptions: { 'self-binding': 'alternative' } });
    await expect(wrong).rejects.toThrow(AssumptionError);
    await expect(wrong).rejects.toThrow(/no-self-binding-at-first/);
  });
});
