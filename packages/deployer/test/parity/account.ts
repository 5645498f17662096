import { createEmulator, type Emulator, LOCAL_TOKEN } from '@cf-deploy/emulator';
import { createDeployer, type Deployer } from '@cf-deploy/deployer';
import { createFakeRuntime } from '../../../emulator/test/support/fake-runtime.ts';
import { NO_GIT } from '../support/no-git.ts';
import { PARITY_ACCOUNT } from './parity-case.ts';
import { toRequest } from '../support/request.ts';

/** An account with everything the cases point at, and a deployer whose calls are kept. */
export interface ParityAccount {
  readonly emulator: Emulator;
  readonly deployerFor: (rootDir: string) => Deployer;
  /** Calls that change something, `PUT /accounts/…`. */
  readonly writes: string[];
  /** Metadata of every script or version upload. */
  readonly uploads: Readonly<Record<string, unknown>>[];
  readonly close: () => Promise<void>;
}

/** Workers that cases bind to. */
const WORKERS = ['back', 'rooms', 'reports', 'egress', 'log-sink', 'stream-sink'];

const STUB = `
  import { DurableObject, WorkerEntrypoint } from 'cloudflare:workers';
  export class Room extends DurableObject {}
  export class Admin extends WorkerEntrypoint {}
  export class Report {}
  export default { fetch() { return new Response('stub'); }, tail() {} };`;

/** Starts such an account. */
export async function startAccount(): Promise<ParityAccount> {
  const accountId = PARITY_ACCOUNT;
  const emulator = await createEmulator({
    accounts: [{ id: accountId, subdomain: 'parity' }],
    runtime: createFakeRuntime,
    rateLimit: null,
  });
  await emulator.admin.seed({
    kvNamespaces: [
      '1234567890abcdef1234567890abcdef',
      'abcdef1234567890abcdef1234567890',
      'abababababababababababababababab',
    ].map((id) => ({ accountId, id })),
    d1Databases: [
      { accountId, uuid: '11111111-aaaa-4bbb-8ccc-222222222222', name: 'other' },
      { accountId, uuid: '33333333-aaaa-4bbb-8ccc-444444444444', name: 'main' },
    ],
    r2Buckets: [
      { accountId, name: 'files' },
      { accountId, name: 'auto-files' },
      { accountId, name: 'files-eu', jurisdiction: 'eu' },
      { accountId, name: 'files', jurisdiction: 'eu' },
    ],
    queues: ['jobs', 'later', 'mail', 'jobs-dead'].map((name) => ({ accountId, name })),
    vectorizeIndexes: [{ accountId, name: 'docs' }],
    hyperdriveConfigs: [{ accountId, id: 'abcabcabcabcabcabcabcabcabcabcab' }],
    zones: [{ accountId, name: 'example.com' }],
    dispatchNamespaces: [{ accountId, name: 'tenants' }],
    secretsStores: [{ accountId, id: 'feedfacefeedfacefeedfacefeedface', secrets: ['upstream-token'] }],
    certificates: [{ accountId, id: '99999999-aaaa-4bbb-8ccc-111111111111' }],
  });
  for (const name of WORKERS) await uploadStub(emulator, name);
  const writes: string[] = [];
  const uploads: Readonly<Record<string, unknown>>[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = toRequest(input, init);
    const path = new URL(request.url).pathname.replace('/client/v4', '').replace(accountId, '{account}');
    if (request.method !== 'GET') writes.push(`${request.method} ${path}`);
    if (/\/scripts\/[^/]+(?:\/versions)?$/.test(path) && ['PUT', 'POST'].includes(request.method)) {
      const metadata = (await request.clone().formData()).get('metadata');
      const text = typeof metadata === 'string' ? metadata : await (metadata?.text() ?? '{}');
      uploads.push(JSON.parse(text) as Record<string, unknown>);
    }
    return emulator.fetch(request);
  };
  return {
    emulator,
    writes,
    uploads,
    deployerFor: (root) =>
      createDeployer({ root, fetch, apiToken: LOCAL_TOKEN, env: {}, git: NO_GIT, sleep: async () => {} }),
    close: () => emulator.close(),
  };
}

async function uploadStub(emulator: Emulator, name: string): Promise<void> {
  const form = new FormData();
  const metadata = {
    main_module: 'index.js',
    compatibility_date: '2026-02-01',
    ...(name === 'rooms' ? { migrations: { new_tag: 'v1', new_sqlite_classes: ['Room'] } } : {}),
  };
  form.set('metadata', JSON.stringify(metadata));
  form.set('index.js', new File([STUB], 'index.js', { type: 'application/javascript+module' }), 'index.js');
  const response = await emulator.fetch(
    new Request(`https://api.cloudflare.com/client/v4/accounts/${PARITY_ACCOUNT}/workers/scripts/${name}`, {
      method: 'PUT',
      body: form,
      headers: { authorization: `Bearer ${LOCAL_TOKEN}` },
    }),
  );
  if (!response.ok) throw new Error(`The stub ${name} was refused: ${await response.text()}`);
}
