// Drift of many tenants that were just deployed: all in one account, and each in its own. There is no counterpart to
// compare with: wrangler does not look for drift. 180 tenants by default: the calls for more would pass what one token
// may send in five minutes, and cf-deploy would wait, which is right but no measurement.
// Run: npm run build && node bench/drift-fleet.mjs [--tenants=180] [--rounds=3] [--latency=0] [--parallel=8] [--paths]
import { parseArgs } from 'node:util';
import { startCloudflare } from './support/cloudflare.mjs';
import { makeFleet } from './support/fleet.mjs';
import { printTable, printTitle, spread, verbsText } from './support/report.mjs';
import { OURS, measure } from './support/run.mjs';

const { values: flags } = parseArgs({
  options: {
    tenants: { type: 'string', default: '180' },
    rounds: { type: 'string', default: '3' },
    latency: { type: 'string', default: '0' },
    parallel: { type: 'string', default: '8' },
    paths: { type: 'boolean', default: false },
  },
});
const count = Number(flags.tenants);

const rows = [];
for (const ownAccounts of [false, true]) rows.push(await series(ownAccounts));

printTitle(`drift of ${count} tenants, ${flags.latency} ms added to each API call, ${flags.rounds} rounds`);
printTable(
  ['', 'seconds (min / median / max)', 'CPU seconds', 'API calls', 'per tenant', 'by verb', 'peak RSS, MB'],
  rows,
);

async function series(ownAccounts) {
  const fleet = await makeFleet({ count, ownAccounts });
  const cloudflare = await startCloudflare({ ...fleet, latencyMs: 0 });
  const command = (...args) =>
    measure(process.execPath, [OURS, ...args, '--all', `--parallel=${flags.parallel}`, '--json'], {
      cwd: fleet.root,
      env: { ...cloudflare.env, ...(ownAccounts ? tokens(fleet) : {}) },
    });
  try {
    await command('deploy', '--no-verify', '--no-check-startup');
    await cloudflare.setLatency(Number(flags.latency));
    const runs = [];
    for (let round = 0; round < Number(flags.rounds); round += 1) {
      await cloudflare.calls();
      const measured = await command('drift');
      const calls = await cloudflare.calls();
      runs.push({ ...measured, ...calls });
      console.error(`own accounts: ${ownAccounts}: ${measured.seconds.toFixed(2)} s, ${calls.total} calls`);
      if (flags.paths) console.error(calls.paths);
    }
    const [{ total, verbs }] = runs;
    return [
      ownAccounts ? 'an account and a token each' : 'one account and token for all',
      spread(runs.map(({ seconds }) => seconds)),
      spread(runs.map(({ cpuSeconds }) => cpuSeconds)),
      total,
      (total / count).toFixed(2),
      verbsText(verbs),
      spread(
        runs.map(({ maxRssMb }) => maxRssMb),
        0,
      ),
    ];
  } finally {
    await cloudflare.close();
    await fleet.remove();
  }
}

/** One for each tenant: the limit is for each token. */
function tokens({ tenants }) {
  return Object.fromEntries(
    tenants.map(({ id, token }) => [`CLOUDFLARE_API_TOKEN_${id.toUpperCase().replaceAll('-', '_')}`, token]),
  );
}
