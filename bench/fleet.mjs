// What a release of many tenants in one account costs in API calls and seconds: everything new, nothing changed, one line of
// one tenant changed. The embedded Cloudflare is in this process and runs no code, so the seconds are the deployer's own.
// Run: npm run bench:fleet [-- --tenants=1000 --against=100]
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createDeployer } from '@cf-deploy/deployer';
import { createEmulator, LOCAL_TOKEN } from '@cf-deploy/emulator';
import { makeFleet } from './support/fleet.mjs';
import { printTable, printTitle } from './support/report.mjs';

const { values: flags } = parseArgs({
  options: { tenants: { type: 'string', default: '500' }, against: { type: 'string' } },
});
const count = Number(flags.tenants);
if (flags.against === undefined) await benchmark(count);
else await compare(Number(flags.against));

/**
 * What each tenant costs of many against one of few. The code is compiled ever better while it runs, so many are run before
 * anything counts, and the few several times.
 */
async function compare(less) {
  await benchmark(count);
  const runs = [];
  for (let run = 0; run < 5; run += 1) runs.push(await benchmark(less));
  const few = Object.fromEntries(
    Object.keys(runs[0]).map((name) => [name, runs.reduce((sum, run) => sum + run[name], 0) / runs.length]),
  );
  const many = await benchmark(count);
  printTitle('CPU of both sides for each tenant, ms');
  printTable(
    ['', `of ${less}`, `of ${count}`, 'ratio', 'bar'],
    Object.keys(many).map((name) => [
      name,
      few[name].toFixed(2),
      many[name].toFixed(2),
      (many[name] / few[name]).toFixed(2),
      '≤ 1.1',
    ]),
  );
}

/** Runs and prints all of it for so many tenants. Gives the milliseconds of CPU that each tenant of a phase took. */
async function benchmark(tenants) {
  const fleet = await makeFleet({ count: tenants, ownAccounts: false });
  await writeFile(
    join(fleet.root, 'worker/index.js'),
    "import { RELEASE } from './release.js';\nexport default { fetch() { return Response.json({ status: 'ok', release: RELEASE }); } };\n",
  );
  // One clock for both sides: waiting for the budget moves it, and the limit with its block is enforced by it.
  let waited = 0;
  const clock = {
    now: () => new Date(Date.now() + waited),
    sleep: async (ms) => void (waited += ms),
  };
  const accounts = fleet.accounts.map((account) => ({ ...account, workerLimit: tenants + 1 }));
  const emulator = await createEmulator({ accounts, runtime: 'double', clock });
  await emulator.admin.seed({ kvNamespaces: fleet.kvNamespaces });
  const deployer = createDeployer({
    root: fleet.root,
    apiToken: LOCAL_TOKEN,
    env: {},
    fetch: (input, init) => emulator.fetch(new Request(input, init)),
    now: () => clock.now().getTime(),
    sleep: clock.sleep,
  });
  const rows = [];
  const cost = {};
  const measure = async (name, options, bar = '') => {
    const before = { started: performance.now(), waited, cpu: process.cpuUsage() };
    const run = await deployer.deployAll(options);
    const seconds = (performance.now() - before.started) / 1_000;
    const { user, system } = process.cpuUsage(before.cpu);
    if (run.release?.status !== 'done')
      throw new Error(`${name}: ${JSON.stringify(run.results.find(({ error }) => error !== null)?.error)}`);
    cost[name] = (user + system) / 1_000 / tenants;
    rows.push([
      name,
      run.summary.deployed ?? 0,
      run.calls,
      (run.calls / tenants).toFixed(3),
      seconds.toFixed(2),
      ((user + system) / 1e6).toFixed(2),
      Math.round((waited - before.waited) / 1_000),
      bar,
    ]);
  };
  await measure('first deploy', { parallel: 8 });
  await measure('nothing changed', {}, '≤ 5 calls, < 3 s at 1,000');
  await changeOne(fleet);
  await measure('one tenant changed', {}, '≤ 3 calls beyond the lists');
  await fleet.release('two');
  await measure('one line changed in all', { parallel: 8 }, '≤ 3 calls a tenant');
  await measure('nothing changed, --full', { full: true, parallel: 8 });
  printTitle(`A release of ${tenants} tenants in one account, 0 ms a call, no code run`);
  printTable(
    ['', 'deployed', 'API calls', 'a tenant', 'seconds', 'CPU, s', 'waited for the budget, s', 'bar'],
    rows,
  );
  await emulator.close();
  await fleet.remove();
  // One tenant of many: what all the others cost, which is not a cost of a changed one.
  const { 'one tenant changed': _, ...each } = cost;
  return each;
}

async function changeOne(fleet) {
  const [{ id, account, kv }] = fleet.tenants;
  const file = {
    name: id,
    account_id: account.id,
    main: '../../worker/index.js',
    compatibility_date: '2026-04-20',
    workers_dev: true,
    vars: { TENANT_ID: id, CHANGED: 'yes' },
    kv_namespaces: [{ binding: 'ITEMS', id: kv }],
    version_metadata: { binding: 'VERSION' },
  };
  await writeFile(join(fleet.root, 'tenants', id, 'wrangler.json'), JSON.stringify(file, null, 2));
}
