// What a command costs before it does anything.
// Run: npm run build && node bench/startup.mjs [--rounds=7]
import { parseArgs } from 'node:util';
import { makeFleet } from './support/fleet.mjs';
import { printTable, printTitle, spread } from './support/report.mjs';
import { OURS, WRANGLER, measure } from './support/run.mjs';

const { values: flags } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } });
const fleet = await makeFleet({ count: 1, ownAccounts: false });
const [config] = fleet.configs;

/** `check` of wrangler is the nearest it has to our `validate`: it bundles and starts the Worker for a CPU profile. */
const COMMANDS = [
  { name: 'node -e 0', args: ['-e', '0'] },
  { name: 'cf-deploy --version', args: [OURS, '--version'] },
  { name: 'wrangler --version', args: [WRANGLER, '--version'] },
  { name: 'cf-deploy --help', args: [OURS, '--help'] },
  { name: 'wrangler --help', args: [WRANGLER, '--help'] },
  {
    name: 'cf-deploy validate --no-check-startup',
    args: [OURS, 'validate', '--all', '--no-check-startup'],
  },
  { name: 'cf-deploy validate', args: [OURS, 'validate', '--all'] },
  {
    name: 'wrangler check startup',
    args: [WRANGLER, 'check', 'startup', `--args=--config=${config}`, '--outfile=profile.cpuprofile'],
  },
];

const samples = new Map(COMMANDS.map(({ name }) => [name, []]));
for (let round = 0; round < Number(flags.rounds); round += 1) {
  for (const { name, args } of COMMANDS) {
    samples.get(name).push(await measure(process.execPath, args, { cwd: fleet.root }));
  }
}
await fleet.remove();

printTitle(`start-up, ${flags.rounds} rounds`);
printTable(
  ['', 'seconds (min / median / max)', 'CPU seconds', 'peak RSS, MB'],
  [...samples].map(([name, runs]) => [
    `\`${name}\``,
    spread(runs.map(({ seconds }) => seconds)),
    spread(runs.map(({ cpuSeconds }) => cpuSeconds)),
    spread(
      runs.map(({ maxRssMb }) => maxRssMb),
      0,
    ),
  ]),
);
