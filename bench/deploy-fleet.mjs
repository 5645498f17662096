// Many tenants with one source: first deploy, nothing changed, one line changed. `cf-deploy deploy --all` against a
// shell loop over `wrangler deploy`, on the same embedded Cloudflare, over HTTP, in turns.
// Run: npm run build && node bench/deploy-fleet.mjs [--tenants=20] [--rounds=3] [--latency=0] [--parallel=4]
// [--without=xargs] [--paths]
import { parseArgs } from 'node:util';
import { startCloudflare } from './support/cloudflare.mjs';
import { makeFleet } from './support/fleet.mjs';
import { printTable, printTitle, spread, verbsText } from './support/report.mjs';
import { OURS, WRANGLER, measure } from './support/run.mjs';

const { values: flags } = parseArgs({
  options: {
    tenants: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '3' },
    latency: { type: 'string', default: '0' },
    parallel: { type: 'string', default: '4' },
    without: { type: 'string' },
    paths: { type: 'boolean', default: false },
  },
});
const count = Number(flags.tenants);

/** What is compared. The first does more than wrangler does, the second what wrangler does. */
const CONTENDERS = [
  { name: 'cf-deploy', checked: true, run: (fleet, env) => ours(fleet, env, []) },
  {
    name: 'cf-deploy, no checks',
    checked: false,
    run: (fleet, env) => ours(fleet, env, ['--no-verify', '--no-check-startup']),
  },
  { name: 'wrangler, loop', checked: false, run: wranglerLoop },
  { name: `wrangler, xargs -P${flags.parallel}`, checked: false, run: wranglerAtOnce },
].filter(({ name }) => flags.without === undefined || !name.includes(flags.without));

/** What happens before each measured deploy. */
const PHASES = [
  { name: 'first', prepare: () => undefined },
  { name: 'unchanged', prepare: () => undefined },
  { name: 'one line changed', prepare: (fleet) => fleet.release('two') },
];

const samples = new Map();
for (let round = 0; round < Number(flags.rounds); round += 1) {
  // Every round begins with another one, so that a slow spell of the machine hits nobody's place alone.
  for (const index of CONTENDERS.keys()) await series(CONTENDERS[(index + round) % CONTENDERS.length]);
}

printTitle(`${count} tenants, ${flags.latency} ms added to each API call, ${flags.rounds} rounds`);
for (const phase of PHASES) {
  console.log(`\n**${phase.name}**\n`);
  printTable(
    [
      '',
      'seconds (min / median / max)',
      'CPU seconds',
      'API calls per tenant',
      'by verb',
      'esbuild builds',
      'workerd starts there',
      'peak RSS, MB',
    ],
    CONTENDERS.map(({ name }) => row(name, samples.get(`${name} ${phase.name}`))),
  );
}

async function series({ name, checked, run }) {
  const fleet = await makeFleet({ count, ownAccounts: false });
  const cloudflare = await startCloudflare({ ...fleet, latencyMs: Number(flags.latency) });
  try {
    if (checked) await fleet.checkHealthAt(cloudflare.edgeUrl);
    for (const phase of PHASES) {
      await phase.prepare(fleet);
      const measured = await run(fleet, cloudflare.env);
      const { total, verbs, paths, workerdStarts, asked, cpu } = await cloudflare.calls();
      const key = `${name} ${phase.name}`;
      samples.set(key, [...(samples.get(key) ?? []), { ...measured, total, verbs, workerdStarts }]);
      console.error(
        `${key}: ${measured.seconds.toFixed(2)} s, ${total} calls, ${workerdStarts} starts of workerd there for ${asked} requests, CPU s: ` +
          `${measured.cpuSeconds.toFixed(1)} here, ${cpu.emulator.toFixed(1)} there, ${cpu.workerd.toFixed(1)} of ended workerd`,
      );
      if (flags.paths) console.error(paths);
    }
  } finally {
    await cloudflare.close();
    await fleet.remove();
  }
}

function ours(fleet, env, more) {
  const args = [OURS, 'deploy', '--all', `--parallel=${flags.parallel}`, '--json', ...more];
  return measure(process.execPath, args, { cwd: fleet.root, env });
}

function wranglerLoop(fleet, env) {
  const loop = 'for config in "$@"; do "$NODE" "$WRANGLER" deploy --config "$config" || exit 1; done';
  return measure('sh', ['-c', loop, 'sh', ...fleet.configs], inShell(fleet, env));
}

function wranglerAtOnce(fleet, env) {
  const loop = `printf '%s\\n' "$@" | xargs -P${flags.parallel} -I{} "$NODE" "$WRANGLER" deploy --config {}`;
  return measure('sh', ['-c', loop, 'sh', ...fleet.configs], inShell(fleet, env));
}

function inShell(fleet, env) {
  return { cwd: fleet.root, env: { ...env, NODE: process.execPath, WRANGLER } };
}

function row(name, runs) {
  const [first] = runs;
  return [
    name,
    spread(runs.map(({ seconds }) => seconds)),
    spread(runs.map(({ cpuSeconds }) => cpuSeconds)),
    (first.total / count).toFixed(1),
    verbsText(first.verbs),
    first.builds,
    first.workerdStarts,
    spread(
      runs.map(({ maxRssMb }) => maxRssMb),
      0,
    ),
  ];
}
