import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  metadataDifferences,
  operationOf,
  requestDifferences,
  unknownQuery,
} from '../../../emulator/test/support/conformance.ts';
import {
  ACCOUNT,
  createFakeRuntime,
  HEALTHY,
  startProject,
  wranglerFile,
  type TestProject,
} from '../support/project.ts';

/**
 * What we send and the published schema does not know. Each is what wrangler sends too.
 */
const DEVIATIONS: readonly { readonly difference: RegExp; readonly reason: string }[] = [
  {
    difference: /unknown code_update_strategy$/,
    reason: 'Not in the SDK 7.3 types; wrangler sends it on every script upload.',
  },
  {
    difference: /versions metadata: unknown (placement|limits|observability|logpush|assets)$/,
    reason: 'The SDK types of version uploads leave them out; wrangler sends them and the API takes them.',
  },
  {
    difference: /metadata: \/bindings\/\d+/,
    reason: 'D1 is uploaded with `id`, as wrangler does; the types name `database_id`.',
  },
  {
    difference: /workers~1message must NOT have more than 50 characters$/,
    reason: 'The length is of 2024; the SDK 7.3 types say "Truncated to 1000 bytes".',
  },
  {
    difference: /queues unknown query (page|per_page)$/,
    reason: 'The SDK pages this list without naming the parameters; wrangler sends `page`.',
  },
  {
    difference: /zones unknown query account\.id$/,
    reason: 'Published as the nested parameter `account`; this is how the SDK writes it.',
  },
  { difference: /unknown query excludeScript$/, reason: 'wrangler sends it; the documents do not list it.' },
];

const target = { tenant: 'acme' };
const D1 = '11111111-aaaa-4bbb-8ccc-222222222222';
let project: TestProject;
const seen = new Set<string>();
const differences = new Set<string>();

beforeAll(async () => {
  project = await startProject({
    emulator: { runtime: createFakeRuntime, rateLimit: null },
    tenantConfig: { healthCheck: false, requiredSecrets: ['API_KEY'] },
  });
  await project.emulator.admin.seed({
    zones: [{ accountId: ACCOUNT, name: 'example.com' }],
    queues: [{ accountId: ACCOUNT, name: 'jobs' }],
    r2Buckets: [{ accountId: ACCOUNT, name: 'files' }],
    d1Databases: [{ accountId: ACCOUNT, uuid: D1, name: 'main' }],
  });
  await project.write('tenants/acme/public/index.html', '<h1>one</h1>');
});

afterAll(() => project.close());

const watch: typeof globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  const url = new URL(request.url);
  if (url.host === 'api.cloudflare.com') await note(request.clone(), url);
  return project.emulator.fetch(request);
};

async function note(request: Request, url: URL): Promise<void> {
  const operation = operationOf(request.method, url.pathname.replace('/client/v4', ''));
  if (operation === undefined) {
    differences.add(`${request.method} ${url.pathname} is not published`);
    return;
  }
  seen.add(operation);
  for (const name of unknownQuery(operation, url.searchParams)) {
    differences.add(`${operation} unknown query ${name}`);
  }
  const type = request.headers.get('content-type') ?? '';
  const found = type.includes('json')
    ? requestDifferences(operation, await request.json())
    : type.includes('multipart') && !operation.endsWith('/assets/upload')
      ? metadataDifferences(operation, await metadataOf(request))
      : [];
  for (const difference of found) differences.add(difference);
}

async function metadataOf(request: Request): Promise<object> {
  const part = (await request.formData()).get('metadata');
  const text = typeof part === 'string' ? part : await part?.text();
  return JSON.parse(text ?? '') as object;
}

test('every request of a whole life matches the published schema, but for known deviations', async () => {
  const deployer = project.another({ fetch: watch, env: { API_KEY_ACME: 'a-secret-value' } });
  const everything = {
    assets: { directory: 'public', binding: 'ASSETS' },
    r2_buckets: [{ binding: 'FILES', bucket_name: 'files' }],
    d1_databases: [{ binding: 'DB', database_id: D1, database_name: 'main' }],
    durable_objects: { bindings: [{ name: 'ROOM', class_name: 'Room' }] },
    migrations: [{ tag: 'v1', new_sqlite_classes: ['Room'] }],
    queues: { producers: [{ binding: 'JOBS', queue: 'jobs' }], consumers: [{ queue: 'jobs' }] },
    routes: [
      { pattern: 'example.com/app/*', zone_name: 'example.com' },
      { pattern: 'app.example.com', custom_domain: true },
    ],
    triggers: { crons: ['0 3 * * *'] },
    observability: { enabled: true, head_sampling_rate: 0.5 },
    placement: { mode: 'smart' },
    limits: { cpu_ms: 100 },
    logpush: true,
  };
  const source = `${HEALTHY.replace('export default {', 'export default { queue() {}, scheduled() {},')}
export class Room {}`;
  await project.write('tenants/acme/wrangler.json', wranglerFile('acme', everything));
  await project.write('tenants/acme/src/index.js', source);
  const first = await deployer.deploy(target);
  expect(first.status).toBe('deployed');
  await project.write('tenants/acme/src/index.js', source.replace("'one'", "'two'"));
  const second = await deployer.deploy({ ...target, message: 'second', tag: 'v2' });
  expect(second.status).toBe('deployed');
  await project.write(
    'tenants/acme/wrangler.json',
    wranglerFile('acme', { ...everything, triggers: { crons: [] } }),
  );
  await deployer.deploy(target);
  await deployer.secrets.put({ ...target, name: 'API_KEY', value: 'another-value' });
  await deployer.secrets.delete({ ...target, name: 'API_KEY' });
  await deployer.drift(target);
  await deployer.status(target);
  await deployer.versions(target);
  await deployer.rollback({ ...target, versionId: second.versionId ?? '', force: true, verify: false });

  expect([...seen].filter((operation) => !operation.startsWith('GET')).length).toBeGreaterThan(8);
  const unexplained = [...differences].filter(
    (difference) => !DEVIATIONS.some((known) => known.difference.test(difference)),
  );
  expect(unexplained).toEqual([]);
  const unused = DEVIATIONS.filter(({ difference }) => ![...differences].some((one) => difference.test(one)));
  expect(unused).toEqual([]);
});
