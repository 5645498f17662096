import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const hex = (number) => number.toString(16).padStart(32, '0');

/**
 * Makes a project in a temporary folder: so many tenants in a table that share one Worker and some accounts, each account
 * with a token of its own.
 * @param options count; tokens: accounts, tenants by turns
 */
export async function makeTable({ count, tokens }) {
  const accountOf = (index) => index % tokens;
  const root = await makeProject();
  const writeTable = async (releaseOf) => {
    const lines = Array.from({ length: count }, (_, index) =>
      [`tenant-${index}`, hex(accountOf(index) + 1), releaseOf(index), hex(0xabc0000 + index)].join(),
    );
    const header = 'tenantId,accountId,labels.release,overrides.kv_namespaces.CACHE.id';
    await writeFile(join(root, 'tenants.csv'), [header, ...lines, ''].join('\n'));
  };
  await writeTable(() => 'one');
  return {
    root,
    accounts: Array.from({ length: tokens }, (_, index) => ({
      id: hex(index + 1),
      subdomain: `fleet-${index}`,
      workerLimit: count + 1,
    })),
    tokens: Array.from({ length: tokens }, (_, index) => tokenOf(index)),
    kvNamespaces: Array.from({ length: count }, (_, index) => ({
      accountId: hex(accountOf(index) + 1),
      id: hex(0xabc0000 + index),
    })),
    /** Where each tenant's token is. */
    env: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `CLOUDFLARE_API_TOKEN_TENANT_${index}`,
        tokenOf(accountOf(index)),
      ]),
    ),
    /** The first so many tenants get that release; the others keep the one before. */
    async write(text, changed) {
      const former = text === 'three' ? 'two' : 'one';
      await writeTable((index) => (index < changed ? text : former));
    },
  };
}

function tokenOf(account) {
  return `token-${account}-of-the-benchmark`;
}

async function makeProject() {
  const folder = await mkdtemp(join(tmpdir(), 'cf-deploy-bench-clock-'));
  await mkdir(join(folder, 'workers/api/src'), { recursive: true });
  await writeFile(
    join(folder, 'workers/api/wrangler.json'),
    JSON.stringify({
      name: 'api',
      main: 'src/index.js',
      compatibility_date: '2026-02-01',
      vars: { TENANT: 'local', RELEASE: 'one' },
      kv_namespaces: [{ binding: 'CACHE', id: hex(1) }],
      version_metadata: { binding: 'VERSION' },
    }),
  );
  await writeFile(
    join(folder, 'workers/api/src/index.js'),
    'export default { fetch() { return new Response("ok"); } };\n',
  );
  await writeFile(
    join(folder, 'cf-deploy.config.ts'),
    `export default { workers: { api: { path: 'workers/api', overrides: {
      name: 'api-\${tenant.id}', vars: { TENANT: '\${tenant.id}', RELEASE: '\${tenant.labels.release}' } } } } };\n`,
  );
  return folder;
}
