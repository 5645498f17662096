/**
 * Kills real processes of the command (SIGKILL) at points that seeds decide, and compares what is said afterwards with
 * what is there: `npm run build && npm run kill-sweep -- --seeds 200 [--from 0] [--jobs 2]`.
 * With --renames it is `tenant rename` that is killed.
 * One seed again, with its story: `npm run kill-sweep -- --seed 17`.
 */
import { parseArgs } from 'node:util';
import { live } from './kill-sweep/life.mjs';
import { liveRename } from './kill-sweep/rename.mjs';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '0' },
    jobs: { type: 'string', default: '2' },
    seed: { type: 'string' },
    renames: { type: 'boolean', default: false },
  },
});

const one = values.seed !== undefined;
const from = Number(values.seed ?? values.from);
const to = from + (one ? 1 : Number(values.seeds));
let next = from;
const lives = [];

async function work() {
  while (next < to) {
    const seed = (next += 1) - 1;
    const life = await (values.renames ? liveRename : live)(seed).catch((error) => ({
      seed,
      kind: 'none',
      killed: false,
      story: [String(error.stack)],
      wrong: [`the life itself: ${error.message}`],
    }));
    lives.push(life);
    if (one || life.wrong.length > 0) console.log([`seed ${seed}:`, ...life.story].join('\n  '));
  }
}

await Promise.all(Array.from({ length: one ? 1 : Number(values.jobs) }, work));

const killed = lives.filter((life) => life.killed);
const kinds = Map.groupBy?.(killed, ({ kind }) => kind) ?? group(killed);
console.log(
  `${lives.length} lives, ${killed.length} killed: ${[...kinds].map(([kind, all]) => `${kind} ${all.length}`).join(', ')}`,
);
const failed = lives.filter(({ wrong }) => wrong.length > 0);
for (const { seed, wrong } of failed) console.log(`WRONG seed ${seed}: ${wrong.join('; ')}`);
console.log(failed.length === 0 ? 'Nothing was wrong.' : `${failed.length} lives went wrong.`);
process.exitCode = failed.length === 0 ? 0 : 1;

function group(all) {
  const groups = new Map();
  for (const life of all) groups.set(life.kind, [...(groups.get(life.kind) ?? []), life]);
  return groups;
}
