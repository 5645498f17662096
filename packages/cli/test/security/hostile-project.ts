import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createEmulator, type Emulator } from '@cf-deploy/emulator';
import { createFakeRuntime } from '../../../emulator/test/support/fake-runtime.ts';
import { runCli, type CliOptions, type CliRun } from '../support/run-cli.ts';
import { CANARIES } from './canaries.ts';

const ACCOUNT = '0123456789abcdef0123456789abcdef';

/** A project full of canaries, and an API that can be made to answer with them. */
export interface HostileProject {
  readonly root: string;
  /** Environment of a command line: canaries in every place a value is taken from. */
  readonly env: Record<string, string>;
  cli(args: readonly string[], options?: CliOptions): Promise<CliRun>;
  /** Lets the call with this number, counted from now, fail with this answer; null: none. Gives calls so far. */
  failAt(call: number | null, answer?: { readonly status: number; readonly body: string }): void;
  calls(): number;
  write(path: string, text: string): Promise<void>;
  read(path: string): Promise<string>;
  /** Texts of all records since the last look, which removes them: every command reads those that are there. */
  takeRecords(): Promise<string>;
  /** Bytes of everything that is kept in `.cf-deploy`. */
  kept(): Promise<string>;
  close(): Promise<void>;
}

/** Makes the project, deployed once. */
export async function createHostileProject(): Promise<HostileProject> {
  const root = await mkdtemp(join(tmpdir(), 'cf-deploy-canary-'));
  const emulator = await createEmulator({
    accounts: [{ id: ACCOUNT, subdomain: 'test' }],
    tokens: [CANARIES.token],
    runtime: createFakeRuntime,
  });
  let count = 0;
  let failing: { readonly at: number; readonly status: number; readonly body: string } | null = null;
  const server = createServer((request, response) => {
    count += 1;
    if (failing !== null && count === failing.at) {
      response.writeHead(failing.status, { 'content-type': 'application/json' }).end(failing.body);
    } else void forward(emulator, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const env = {
    CLOUDFLARE_API_TOKEN_ACME: CANARIES.token,
    CLOUDFLARE_API_TOKEN_OTHER: CANARIES.otherTenantsToken,
    CLOUDFLARE_API_TOKEN: CANARIES.sharedToken,
    OWN_ACME: CANARIES.ownVariable,
    SHARED_KEY: CANARIES.allowedVariable,
    GITHUB_TOKEN: CANARIES.github,
    CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4`,
  };
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text, { mode: 0o600 });
  };
  for (const [path, text] of Object.entries(FILES)) await write(path, text);
  return {
    root,
    env,
    cli: (args, options) => runCli([...args, '--root', root], { cwd: root, env, ...options }),
    failAt(call, answer) {
      count = 0;
      failing = call === null || answer === undefined ? null : { at: call, ...answer };
    },
    calls: () => count,
    write,
    read: (path) => readFile(join(root, path), 'utf8'),
    async takeRecords() {
      const names = await readdir(join(root, 'deployments')).catch(() => []);
      const take = async (name: string): Promise<string> => {
        const file = join(root, 'deployments', name);
        const text = await readFile(file, 'utf8');
        await rm(file);
        return text;
      };
      return (await Promise.all(names.map(take))).join();
    },
    kept: () => everythingIn(join(root, '.cf-deploy')),
    async close() {
      server.closeAllConnections();
      server.close();
      await emulator.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function everythingIn(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const texts = files.map((file) => readFile(join(file.parentPath, file.name), 'latin1'));
  return (await Promise.all(texts)).join('\n');
}

/** Canaries where they belong, and where a careless or a clever contributor would put them. */
const FILES: Readonly<Record<string, string>> = {
  'cf-deploy.config.mjs': "export default { allowedSecrets: ['SHARED_KEY'] };",
  'tenants/acme/tenant.config.json': JSON.stringify({
    tenantId: 'acme',
    accountId: ACCOUNT,
    accountSubdomain: 'test',
    healthCheck: false,
    requiredSecrets: ['OWN', 'SHARED_KEY', 'FILE_SECRET', 'CERTIFICATE'],
    apiKeys: ['CHAT'],
  }),
  'tenants/acme/wrangler.json': JSON.stringify({
    name: 'acme',
    main: 'index.js',
    compatibility_date: '2026-02-01',
    vars: Object.fromEntries(
      Object.entries(CANARIES)
        .filter(([name]) => name !== 'typed')
        .map(([name, canary]) => [`LEAK_${name}`, canary]),
    ),
  }),
  'tenants/acme/index.js': 'export default { async fetch() { return new Response("ok"); } };',
  'tenants/acme/.env': [
    `FILE_SECRET=${CANARIES.fileSecret}`,
    `CHAT=${CANARIES.apiKey}`,
    `CERTIFICATE="${CANARIES.pem}"`,
  ].join('\n'),
  'tenants/acme/.env.production': `FILE_SECRET=${CANARIES.environmentFile}`,
};

async function forward(
  emulator: Emulator,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const method = request.method ?? 'GET';
  const headers = Object.entries(request.headers).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' && !/^(host|connection)$/.test(entry[0]),
  );
  const answer = await emulator.fetch(
    new Request(`https://api.cloudflare.com${request.url ?? '/'}`, {
      method,
      headers,
      ...(method === 'GET' || method === 'HEAD' ? {} : { body: Buffer.concat(chunks) }),
    }),
  );
  const body = Buffer.from(await answer.arrayBuffer());
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(body);
}
