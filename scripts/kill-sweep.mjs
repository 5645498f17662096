/**
 * Kills real processes of the command (SIGKILL) at points that seeds decide, and compares what is said afterwards with
 * what is there: `npm run build && npm run kill-sweep -- --seeds 200 [--from 0] [--jobs 2]`.
 * With --kills 200 it goes on until so many were killed: a point may come after the command has ended.
 * With --renames it is `tenant rename` that is killed.
 * One seed again, with its story: `npm run kill-sweep -- --seed 17`.
 * Every ten lives it says on stderr how far it is. SIGINT or SIGTERM ends it when the lives under way are over, with the
 * summary of what was lived; a second one ends it at once.
 */
import { parseArgs } from 'node:util';
import { live } from './kill-sweep/life.mjs';
import { liveRename } from './kill-sweep/rename.mjs';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    kills: { type: 'string' },
    from: { type: 'string', default: '0' },
    jobs: { type: 'string', default: '2' },
    seed: { type: 'string' },
    renames: { type: 'boolean', default: false },
  },
});

const TOLD_EVERY = 10;
const one = values.seed !== undefined;
const from = Number(values.seed ?? values.from);
const lives = [];
let next = from;
let stopped = false;

const killed = () => lives.filter((life) => life.killed);
const failed = () => lives.filter(({ wrong }) => wrong.length > 0);

function goesOn() {
  if (stopped) return false;
  if (one) return next === from;
  if (values.kills !== undefined) return killed().length < Number(values.kills);
  return next < from + Number(values.seeds);
}

async function work() {
  while (goesOn()) {
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
    if (lives.length % TOLD_EVERY === 0) console.error(`${counts()}, next seed ${next}`);
  }
}

const counts = () => `${lives.length} lives, ${killed().length} killed, ${failed().length} wrong`;

function report() {
  const kinds = new Map();
  for (const { kind } of killed()) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const seeds = `seeds ${from} to ${next - 1}`;
  console.log(`${stopped ? 'Stopped early: ' : ''}${counts()}; ${seeds}`);
  console.log(`killed: ${[...kinds].map(([kind, many]) => `${kind} ${many}`).join(', ') || 'none'}`);
  for (const { seed, wrong } of failed()) console.log(`WRONG seed ${seed}: ${wrong.join('; ')}`);
  if (failed().length === 0) console.log('Nothing was wrong.');
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    if (stopped) process.exit(1);
    stopped = true;
    console.error(`${counts()}; ending when the lives under way are over`);
  });
}
await Promise.all(Array.from({ length: one ? 1 : Number(values.jobs) }, work));
report();
process.exitCode = failed().length === 0 && !stopped ? 0 : 1;
