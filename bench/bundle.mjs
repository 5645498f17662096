// Bundling without sending anything: `cf-deploy build` against `wrangler deploy --dry-run`, for one Worker.
// Run: npm run build && node bench/bundle.mjs [--rounds=7]
import { parseArgs } from 'node:util';
import { makeFleet } from './support/fleet.mjs';
import { printTable, printTitle, spread } from './support/report.mjs';
import { OURS, WRANGLER, measure } from './support/run.mjs';

const { values: flags } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } });
const fleet = await makeFleet({ count: 1, ownAccounts: false });
const [tenant] = fleet.tenants;
const [config] = fleet.configs;

const COMMANDS = [
  { name: 'cf-deploy build', args: [OURS, 'build', `--tenant=${tenant.id}`, '--outdir=ours'] },
  {
    name: 'wrangler deploy --dry-run',
    args: [WRANGLER, 'deploy', '--dry-run', '--config', config, '--outdir', 'theirs'],
  },
];

const samples = new Map(COMMANDS.map(({ name }) => [name, []]));
for (let round = 0; round < Number(flags.rounds); round += 1) {
  for (const { name, args } of round % 2 === 0 ? COMMANDS : COMMANDS.toReversed()) {
    samples.get(name).push(await measure(process.execPath, args, { cwd: fleet.root }));
  }
}
await fleet.remove();

printTitle(`bundle, ${flags.rounds} rounds`);
printTable(
  ['', 'seconds (min / median / max)', 'CPU seconds', 'esbuild builds', 'peak RSS, MB'],
  [...samples].map(([name, runs]) => [
    `\`${name}\``,
    spread(runs.map(({ seconds }) => seconds)),
    spread(runs.map(({ cpuSeconds }) => cpuSeconds)),
    runs[0].builds,
    spread(
      runs.map(({ maxRssMb }) => maxRssMb),
      0,
    ),
  ]),
);
