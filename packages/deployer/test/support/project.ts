import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  createDouble,
  createEmulator,
  LOCAL_TOKEN,
  ownWords,
  type Emulator,
  type EmulatorOptions,
  type RuntimeFactory,
} from '@cf-deploy/emulator';
import { createDeployer, type Deployer, type DeployerOptions, type DeployEvent } from '@cf-deploy/deployer';
import { mainModule } from './main-module.ts';
import { NO_GIT } from './no-git.ts';
import { toRequest } from './request.ts';

export { createFakeRuntime } from '../../../emulator/test/support/fake-runtime.ts';

/** One call the deployer sent. */
export interface SentCall {
  readonly method: string;
  /** Below `/client/v4`. */
  readonly path: string;
  readonly authorization: string | null;
}

/** A temporary project with an embedded Cloudflare for it, and everything that was sent. */
export interface TestProject {
  readonly root: string;
  readonly emulator: Emulator;
  readonly deployer: Deployer;
  readonly events: DeployEvent[];
  /** API calls since the last `clear`. */
  readonly calls: SentCall[];
  /** Those that change something. */
  writes(): string[];
  clear(): void;
  write(path: string, content: string | object): Promise<void>;
  read(path: string): Promise<string>;
  records(): Promise<string[]>;
  /** Removes all records but these: every command reads the newest fifty. */
  keepRecords(names: readonly string[]): Promise<void>;
  /** Another deployer on the same project and account. */
  another(options?: Partial<DeployerOptions>): Deployer;
  /** The same, without a token given as an option. */
  withoutToken(options?: Partial<DeployerOptions>): Deployer;
  close(): Promise<void>;
}

/** What a tenant's Worker does when nothing else is said: answers /health with its version. */
export const HEALTHY = `
export default {
  fetch(request, env) {
    return Response.json({ status: 'ok', greeting: 'one', tenant: env.TENANT, version: { id: env.VERSION.id } });
  },
};
`;

/** A runtime without workerd for Workers like this one: each version answers with the greeting that its code has. */
export const greetingRuntime: RuntimeFactory = ({ view, clock, random }) =>
  createDouble({
    view,
    clock,
    random,
    answer: async (answering) => {
      const code = new TextDecoder().decode(await mainModule(view, answering.version));
      const words = (await ownWords(answering).json()) as object;
      return Response.json({ ...words, greeting: /greeting: ["'](\w+)/.exec(code)?.[1] });
    },
  });

/** Account of every test tenant. */
export const ACCOUNT = '0123456789abcdef0123456789abcdef';
export const KV = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';

/** A wrangler file for a small Worker; `fields` replace or add. */
export function wranglerFile(name: string, fields: Readonly<Record<string, unknown>> = {}): object {
  return {
    name,
    main: 'src/index.js',
    compatibility_date: '2026-02-01',
    vars: { TENANT: name, COLOUR: 'blue' },
    kv_namespaces: [{ binding: 'CACHE', id: KV }],
    version_metadata: { binding: 'VERSION' },
    ...fields,
  };
}

/**
 * A tenant file with a quick health check; `fields` replace or add. New versions are asked when they have traffic only: most
 * tests are about something else, and asking before is one more write.
 */
export function tenantFile(tenant: string, fields: Readonly<Record<string, unknown>> = {}): object {
  return {
    tenantId: tenant,
    accountId: ACCOUNT,
    accountSubdomain: 'test',
    healthCheck: {
      path: '/health',
      expectJson: { status: 'ok' },
      versionFrom: 'version.id',
      attempts: 3,
      intervalMs: 1,
      timeoutMs: 5_000,
    },
    traffic: { checkBefore: 'never' },
    ...fields,
  };
}

/** Starts a project with the given tenants, each a small healthy Worker. */
export async function startProject(
  options: {
    readonly tenants?: readonly string[];
    readonly emulator?: EmulatorOptions;
    readonly deployer?: Partial<DeployerOptions>;
    readonly wrangler?: Readonly<Record<string, unknown>>;
    readonly tenantConfig?: Readonly<Record<string, unknown>>;
    /** The test makes a repository of the project. @default false: none is looked for */
    readonly git?: boolean;
  } = {},
): Promise<TestProject> {
  const root = mkdtempSync(join(tmpdir(), 'cf-deploy-scenario-'));
  const emulator = await createEmulator({
    accounts: [{ id: ACCOUNT, subdomain: 'test' }],
    ...options.emulator,
  });
  await emulator.admin.seed({ kvNamespaces: [{ accountId: ACCOUNT, id: KV }] });
  const calls: SentCall[] = [];
  const events: DeployEvent[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = toRequest(input, init);
    const url = new URL(request.url);
    if (url.host === 'api.cloudflare.com') {
      calls.push({
        method: request.method,
        path: url.pathname.replace('/client/v4', ''),
        authorization: request.headers.get('authorization'),
      });
    }
    return emulator.fetch(request);
  };
  // Waiting moves this clock instead of taking time.
  let waited = 0;
  const withoutToken = (more: Partial<DeployerOptions> = {}): Deployer =>
    createDeployer({
      root,
      fetch,
      env: {},
      now: () => Date.now() + waited,
      sleep: async (ms) => {
        waited += ms;
      },
      onEvent: (event) => events.push(event),
      ...(options.git === true ? {} : { git: NO_GIT }),
      ...options.deployer,
      ...more,
    });
  const another = (more: Partial<DeployerOptions> = {}): Deployer =>
    withoutToken({ apiToken: LOCAL_TOKEN, ...more });
  const write = async (path: string, content: string | object): Promise<void> => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    // Env files that others can read are refused.
    const mode = /(^|\/)\.env/.test(path) ? 0o600 : 0o644;
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2), { mode });
  };
  for (const tenant of options.tenants ?? ['acme']) {
    await write(`tenants/${tenant}/wrangler.json`, wranglerFile(tenant, options.wrangler));
    await write(`tenants/${tenant}/tenant.config.json`, tenantFile(tenant, options.tenantConfig));
    await write(`tenants/${tenant}/src/index.js`, HEALTHY);
  }
  // They all bind the one namespace there is.
  if ((options.tenants ?? []).length > 1) {
    await write('cf-deploy.config.mjs', `export default { sharedResources: ['${KV}'] };\n`);
  }
  const records = async (): Promise<string[]> => {
    const folder = join(root, 'deployments');
    return existsSync(folder) ? readdirSync(folder).toSorted() : [];
  };
  return {
    root,
    emulator,
    deployer: another(),
    events,
    calls,
    writes: () =>
      calls.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${short(path)}`),
    clear: () => {
      calls.length = 0;
      events.length = 0;
    },
    write,
    read: async (path) => readFileSync(join(root, path), 'utf8'),
    records,
    keepRecords: async (names) => {
      const others = (await records()).filter((name) => !names.includes(name));
      for (const name of others) rmSync(join(root, 'deployments', name));
    },
    another,
    withoutToken,
    close: async () => {
      await emulator.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Asks a deployed Worker. */
export async function ask(project: TestProject, host: string): Promise<Record<string, unknown>> {
  const response = await project.emulator.fetch(new Request(`https://${host}/health`));
  return (await response.json()) as Record<string, unknown>;
}

function short(path: string): string {
  return path.replace(`/accounts/${ACCOUNT}`, '').replace(/^\/workers/, '');
}
