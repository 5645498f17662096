// The quick set, under three minutes: few tenants and rounds. docs/benchmarks.md has the commands of the full set.
// Run: npm run bench
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SET = [
  ['one-worker.mjs', '--rounds=7'],
  ['startup.mjs', '--rounds=3'],
  ['bundle.mjs', '--rounds=3'],
  ['drift-fleet.mjs', '--tenants=20', '--rounds=1'],
  ['deploy-fleet.mjs', '--tenants=3', '--rounds=3', '--without=xargs'],
];

for (const [script, ...args] of SET) {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const { status } = spawnSync(process.execPath, [file, ...args], { stdio: ['ignore', 'inherit', 'ignore'] });
  if (status !== 0) {
    console.error(`${script} failed; run it alone: node bench/${script} ${args.join(' ')}`);
    process.exit(1);
  }
}
