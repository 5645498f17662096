// The bars of start-up: one changed Worker without any delay of the API, and what a command costs that does nothing.
// cf-deploy and wrangler, or bare Node, run in turns, and each ratio is the median of the ratios pair by pair, so that
// a slow spell of the machine hits both.
// Run: npm run build && node bench/one-worker.mjs [--rounds=9]
import { parseArgs } from 'node:util';
import { startCloudflare } from './support/cloudflare.mjs';
import { makeFleet } from './support/fleet.mjs';
import { median, printTable, printTitle, spread } from './support/report.mjs';
import { OURS, WRANGLER, measure } from './support/run.mjs';

const { values: flags } = parseArgs({ options: { rounds: { type: 'string', default: '9' } } });

/** Most that the median ratio may be. */
const BARS = [
  {
    name: 'one changed Worker, no checks',
    bar: 0.28,
    checks: ['--no-check-startup', '--no-verify'],
  },
  { name: 'one changed Worker, all default checks', bar: 0.5, checks: [] },
  { name: '`--version`', bar: 1.4, bare: '--version' },
  { name: '`--help`', bar: 1.4, bare: '--help' },
];

const results = [];
for (const bar of BARS) results.push({ ...bar, pairs: await pairsOf(bar) });

printTitle(`one Worker, 0 ms added to each API call, ${flags.rounds} pairs in turns`);
printTable(
  ['', 'cf-deploy, seconds (min / median / max)', 'against', 'seconds', 'ratio', 'bar', ''],
  results.map(({ name, bar, bare, pairs }) => {
    const ratio = median(pairs.map(([ours, theirs]) => ours.seconds / theirs.seconds));
    return [
      name,
      spread(
        pairs.map(([ours]) => ours.seconds),
        3,
      ),
      bare === undefined ? 'wrangler deploy' : '`node -e 0`',
      spread(
        pairs.map(([, theirs]) => theirs.seconds),
        3,
      ),
      `${ratio.toFixed(2)}x`,
      `<= ${bar}x`,
      ratio <= bar ? 'holds' : 'MISSED',
    ];
  }),
);

async function pairsOf({ checks, bare }) {
  return bare === undefined ? deployPairs(checks) : barePairs(bare);
}

async function barePairs(flag) {
  return inTurns(
    () => measure(process.execPath, [OURS, flag], { cwd: process.cwd() }),
    () => measure(process.execPath, ['-e', '0'], { cwd: process.cwd() }),
  );
}

/** Two tenants of one source, so that each tool finds a Worker that it deployed itself. */
async function deployPairs(checks) {
  const fleet = await makeFleet({ count: 2, ownAccounts: false });
  const cloudflare = await startCloudflare({ ...fleet, latencyMs: 0 });
  const [mine] = fleet.tenants;
  const [, theirs] = fleet.configs;
  let release = 0;
  const changed = async (command) => {
    await fleet.release(`release ${(release += 1)}`);
    return measure(process.execPath, command, { cwd: fleet.root, env: cloudflare.env });
  };
  try {
    if (checks.length === 0) await fleet.checkHealthAt(cloudflare.edgeUrl);
    return await inTurns(
      () => changed([OURS, 'deploy', `--tenant=${mine.id}`, '--json', ...checks]),
      () => changed([WRANGLER, 'deploy', '--config', theirs]),
    );
  } finally {
    await cloudflare.close();
    await fleet.remove();
  }
}

/** Pairs of measurements; the first, which fills caches and makes the Worker, is not counted. */
async function inTurns(ours, theirs) {
  const pairs = [];
  for (let round = 0; round <= Number(flags.rounds); round += 1) pairs.push([await ours(), await theirs()]);
  return pairs.slice(1);
}
