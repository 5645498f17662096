import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODE_MODULES } from './run.mjs';

/**
 * Makes a project in a temporary folder: so many tenants that share one Worker's source, a small API with Hono and one
 * KV namespace each.
 * @param options count; ownAccounts: one account for each instead of one for all
 */
export async function makeFleet({ count, ownAccounts }) {
  const root = await mkdtemp(join(tmpdir(), 'cf-deploy-bench-fleet-'));
  await symlink(NODE_MODULES, join(root, 'node_modules'));
  await mkdir(join(root, 'worker'));
  const tenants = Array.from({ length: count }, (_, index) => {
    const account = ownAccounts ? index + 1 : 1;
    return {
      id: `tenant-${String(index).padStart(3, '0')}`,
      account: { id: hex(account), subdomain: `bench-${account}` },
      kv: hex(0xabc0000 + index),
      token: `token-${index}-of-the-benchmark`,
    };
  });
  const fleet = {
    root,
    tenants,
    accounts: [...new Map(tenants.map(({ account }) => [account.id, account])).values()],
    kvNamespaces: tenants.map(({ account, kv }) => ({ accountId: account.id, id: kv })),
    configs: tenants.map(({ id }) => join(root, 'tenants', id, 'wrangler.json')),
    /** Changes one line of the shared source. */
    release: (text) =>
      writeFile(join(root, 'worker/release.js'), `export const RELEASE = ${JSON.stringify(text)};\n`),
    /** Health checks ask the Workers where they run; `null`: no checks. */
    async checkHealthAt(url) {
      await writeFile(join(root, 'cf-deploy.config.mjs'), projectConfig(url));
      await writeTenants(root, tenants, url);
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
  await writeFile(join(root, 'worker/index.js'), WORKER);
  await fleet.release('one');
  await writeTenants(root, tenants, null);
  return fleet;
}

const WORKER = `import { Hono } from 'hono';
import { RELEASE } from './release.js';

const app = new Hono();
app.get('/health', (c) => c.json({ status: 'ok', release: RELEASE, version: { id: c.env.VERSION.id } }));
app.get('/items/:key', async (c) => c.json({ tenant: c.env.TENANT_ID, value: await c.env.ITEMS.get(c.req.param('key')) }));
export default app;
`;

/** Health checks may go to loopback only where the project says so. */
function projectConfig(url) {
  return `export default { healthHosts: ${JSON.stringify([new URL(url).origin])} };\n`;
}

async function writeTenants(root, tenants, url) {
  for (const { id, account, kv } of tenants) {
    const folder = join(root, 'tenants', id);
    await mkdir(folder, { recursive: true });
    const host = `${id}.${account.subdomain}.workers.dev`;
    const healthCheck =
      url === null ? false : { url: `${url}/${host}/health`, versionFrom: 'version.id', intervalMs: 200 };
    await write(join(folder, 'tenant.config.json'), {
      tenantId: id,
      accountId: account.id,
      accountSubdomain: account.subdomain,
      healthCheck,
    });
    await write(join(folder, 'wrangler.json'), {
      name: id,
      account_id: account.id,
      main: '../../worker/index.js',
      compatibility_date: '2026-04-20',
      workers_dev: true,
      vars: { TENANT_ID: id },
      kv_namespaces: [{ binding: 'ITEMS', id: kv }],
      version_metadata: { binding: 'VERSION' },
    });
  }
}

function write(file, value) {
  return writeFile(file, JSON.stringify(value, null, 2));
}

function hex(number) {
  return number.toString(16).padStart(32, '0');
}
