// Many tenants in one table that share a Worker: what looking at all of them costs, and looking at one of them.
// Run: npm run build && node bench/tenants.mjs [--tenants=1000,10000] [--rounds=3]
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printTable, printTitle, spread } from './support/report.mjs';
import { OURS, measure } from './support/run.mjs';

const { values: flags } = parseArgs({
  options: { tenants: { type: 'string', default: '1000,10000' }, rounds: { type: 'string', default: '3' } },
});
const ACCOUNT = '0123456789abcdef0123456789abcdef';

/** A project of so many tenants in tenants.csv. */
async function makeProject(count) {
  const root = await mkdtemp(join(tmpdir(), 'cf-deploy-bench-tenants-'));
  await mkdir(join(root, 'workers/api/src'), { recursive: true });
  await writeFile(
    join(root, 'workers/api/wrangler.json'),
    JSON.stringify({
      name: 'api',
      main: 'src/index.js',
      compatibility_date: '2026-02-01',
      vars: { TENANT: 'local', REGION: 'eu' },
      kv_namespaces: [{ binding: 'CACHE', id: ACCOUNT }],
      version_metadata: { binding: 'VERSION' },
    }),
  );
  await writeFile(
    join(root, 'workers/api/src/index.js'),
    'export default { fetch: () => new Response("ok") };\n',
  );
  await writeFile(
    join(root, 'cf-deploy.config.ts'),
    `export default { workers: { api: { path: 'workers/api', overrides: {
      name: 'api-\${tenant.id}', vars: { TENANT: '\${tenant.id}', REGION: '\${tenant.labels.region}' } } } } };\n`,
  );
  const rows = Array.from({ length: count }, (_, index) =>
    [
      `tenant-${index}`,
      ACCOUNT,
      index % 2 === 0 ? 'eu' : 'us',
      (0xabc0000 + index).toString(16).padStart(32, '0'),
    ].join(),
  );
  const header = 'tenantId,accountId,labels.region,overrides.kv_namespaces.CACHE.id';
  await writeFile(join(root, 'tenants.csv'), [header, ...rows, ''].join('\n'));
  return root;
}

/** Seconds until the first byte of standard output. */
async function firstByte(args, cwd) {
  const started = performance.now();
  const child = spawn(process.execPath, [OURS, ...args], { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
  const seconds = await new Promise((resolve) => {
    child.stdout.once('data', () => resolve((performance.now() - started) / 1000));
  });
  child.stdout.resume();
  await new Promise((resolve) => child.once('close', resolve));
  return seconds;
}

const rows = [];
const perTenant = [];
for (const count of flags.tenants.split(',').map(Number)) {
  const root = await makeProject(count);
  const all = [];
  const one = [];
  const first = [];
  for (let round = 0; round < Number(flags.rounds); round += 1) {
    all.push(
      await measure(process.execPath, [OURS, 'validate', '--all', '--no-check-startup'], { cwd: root }),
    );
    one.push(
      await measure(process.execPath, [OURS, 'config', `--tenant=tenant-${count - 1}`, '--json'], {
        cwd: root,
      }),
    );
    first.push(await firstByte(['tenant', 'list', '--json'], root));
  }
  const seconds = Math.min(...all.map((run) => run.seconds));
  const startup = Math.min(...one.map((run) => run.seconds));
  perTenant.push(seconds / count);
  rows.push([
    count,
    spread(all.map((run) => run.seconds)),
    spread(all.map((run) => run.cpuSeconds)),
    spread(
      all.map((run) => run.maxRssMb),
      0,
    ),
    spread(first),
    spread(one.map((run) => run.seconds)),
    `${((seconds * 1000) / count).toFixed(2)} (${(((seconds - startup) * 1000) / count).toFixed(2)} without start-up)`,
  ]);
  await rm(root, { recursive: true, force: true });
}

printTitle(`tenants in a table, ${flags.rounds} rounds`);
printTable(
  [
    'tenants',
    '`validate --all`, seconds (min / median / max)',
    'CPU seconds',
    'peak RSS, MB',
    '`tenant list --json`, first byte, s',
    '`config` of the last one, s',
    'ms a tenant',
  ],
  rows,
);
if (perTenant.length > 1) {
  console.log(
    `\nGrowth per tenant from the first to the last: ${(perTenant.at(-1) / perTenant[0]).toFixed(2)}×`,
  );
}
