// Releases of whole fleets on a clock of their own, against Cloudflare's limit of 1,200 calls in five minutes and token with
// its block, which the embedded Cloudflare enforces. No code runs and no health is asked; seconds are those of that clock.
// Run: npm run build && node bench/fleet-clock.mjs [--tenants=10000] [--tokens=20] [--changed=12] [--parallel=n]
import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createDeployer } from '@cf-deploy/deployer';
import { createEmulator } from '@cf-deploy/emulator';
import { printTable, printTitle } from './support/report.mjs';
import { createSharedClock } from './support/shared-clock.mjs';
import { makeTable } from './support/table.mjs';

const { values: flags } = parseArgs({
  options: {
    tenants: { type: 'string', default: '2000' },
    tokens: { type: 'string', default: '1' },
    changed: { type: 'string', default: '12' },
    parallel: { type: 'string' },
  },
});
const count = Number(flags.tenants);
const tokens = Number(flags.tokens);
const table = await makeTable({ count, tokens });
const { root } = table;
const clock = createSharedClock();
const emulator = await createEmulator({
  accounts: table.accounts,
  tokens: table.tokens,
  runtime: 'double',
  clock,
});
await emulator.admin.seed({ kvNamespaces: table.kvNamespaces });
let refused = 0;
const deployer = () =>
  createDeployer({
    root,
    env: table.env,
    fetch: (input, init) =>
      clock.busy(async () => {
        const answer = await emulator.fetch(new Request(input, init));
        if (answer.status === 429) refused += 1;
        return answer;
      }),
    now: clock.ms,
    sleep: clock.sleep,
  });

const rows = [];
const parallel = flags.parallel === undefined ? tokens : Number(flags.parallel);
await release('first deploy', count);
await table.write('two', count);
await release('all changed', count);
await release('nothing changed', 0);
await table.write('three', Number(flags.changed));
await release(`${flags.changed} changed`, Number(flags.changed));

printTitle(`${count} tenants over ${tokens} tokens, on a clock of their own`);
printTable(
  [
    '',
    'deployed',
    'API calls',
    'beyond 3 a changed one',
    'clock, s',
    '3 calls each at 1,200 in 300 s, s',
    'ratio',
    'refused',
    'CPU, s',
    'ms a tenant',
    'RSS, MB (both sides)',
  ],
  rows,
);
await emulator.close();
await rm(root, { recursive: true, force: true });

async function release(name, changed) {
  const before = { cpu: process.cpuUsage(), at: clock.ms(), refused };
  const run = await deployer().deployAll({ parallel, verify: false });
  const { user, system } = process.cpuUsage(before.cpu);
  const cpu = (user + system) / 1e6;
  if (run.release?.status !== 'done') {
    const failed = run.results.find(({ error }) => error !== null)?.error;
    throw new Error(`${name}: ${run.release?.why} ${JSON.stringify(failed)}`);
  }
  const seconds = (clock.ms() - before.at) / 1_000;
  const least = ((changed * 3) / tokens) * (300 / 1_200);
  rows.push([
    name,
    run.summary.deployed ?? 0,
    run.calls,
    run.calls - changed * 3,
    Math.round(seconds),
    Math.round(least),
    changed * 3 > tokens * 1_200 ? (seconds / least).toFixed(2) : '–',
    refused - before.refused,
    cpu.toFixed(1),
    ((cpu * 1_000) / count).toFixed(2),
    Math.round(process.memoryUsage().rss / 1024 ** 2),
  ]);
  console.error(rows.at(-1).join(' | '));
}
