// What the deployer alone takes for a release of a whole fleet: the embedded Cloudflare is in a process of its own, over
// HTTP, and runs no code. Its limit of calls is off; the deployer keeps to it on a clock of its own.
// Run: npm run build && node bench/fleet-memory.mjs [--tenants=10000] [--tokens=20]
import { readFile, rm, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { createDeployer } from '@cf-deploy/deployer';
import { startCloudflare } from './support/cloudflare.mjs';
import { printTable, printTitle } from './support/report.mjs';
import { makeTable } from './support/table.mjs';

// As the command does: packages/cli/src/start/steady-heap.ts.
setFlagsFromString('--heap-growing-percent=60');
const { values: flags } = parseArgs({
  options: { tenants: { type: 'string', default: '10000' }, tokens: { type: 'string', default: '20' } },
});
const count = Number(flags.tenants);
const tokens = Number(flags.tokens);
const table = await makeTable({ count, tokens });
const cloudflare = await startCloudflare({
  accounts: table.accounts,
  tenants: table.tokens.map((token) => ({ token })),
  kvNamespaces: table.kvNamespaces,
  runtime: 'double',
  latencyMs: 0,
});
let waited = 0;
const rows = [];
await release('first deploy', count);
await release('nothing changed', 0);
await table.write('two', count);
await release('all changed', count);
printTitle(`${count} tenants over ${tokens} tokens, the deployer alone`);
printTable(['', 'deployed', 'API calls', 'CPU, s', 'ms a tenant', 'highest RSS, MB'], rows);
await cloudflare.close();
await rm(table.root, { recursive: true, force: true });

async function release(name, changed) {
  // Linux: the highest of the process from now on.
  await writeFile('/proc/self/clear_refs', '5');
  const before = process.cpuUsage();
  const run = await createDeployer({
    root: table.root,
    env: { ...table.env, ...cloudflare.env, CLOUDFLARE_API_TOKEN: undefined },
    fetch: (input, init) => globalThis.fetch(input, init),
    apiHosts: [new URL(cloudflare.env.CLOUDFLARE_API_BASE_URL).host],
    now: () => Date.now() + waited,
    sleep: async (ms) => void (waited += ms),
  }).deployAll({ parallel: tokens, verify: false });
  const { user, system } = process.cpuUsage(before);
  if (run.release?.status !== 'done' || (run.summary.deployed ?? 0) !== changed) {
    const failed = run.results.find(({ error }) => error !== null)?.error;
    throw new Error(`${name}: ${JSON.stringify([run.summary, run.release?.why, failed])}`);
  }
  const status = await readFile('/proc/self/status', 'utf8');
  const cpu = (user + system) / 1e6;
  rows.push([
    name,
    changed,
    run.calls,
    cpu.toFixed(1),
    ((cpu * 1_000) / count).toFixed(2),
    Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)[1]) / 1024),
  ]);
  console.error(rows.at(-1).join(' | '));
}
