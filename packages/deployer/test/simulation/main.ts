import { mkdtemp, rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Flips } from './cloud.ts';
import { digestOf } from './digest.ts';
import { live } from './life.ts';

/** Lives through seeds `<seed> <from>` up to the given number, or through the lives named, and prints one JSON line for each. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: 'life' },
    from: { type: 'string', default: '0' },
    to: { type: 'string', default: '200' },
    every: { type: 'string', default: '1' },
    lives: { type: 'string' },
    flips: { type: 'string', default: 'some' },
    /** Stories of all lives, not only of those that went wrong. */
    stories: { type: 'boolean', default: false },
  },
});

function* range(): Generator<number> {
  for (let index = Number(values.from); index < Number(values.to); index += Number(values.every)) yield index;
}

const folder = await mkdtemp('/cf-deploy-simulation-');
try {
  for (const index of values.lives?.split(',').map(Number) ?? range()) {
    const life = await live(`${values.seed} ${index}`, folder, values.flips as Flips);
    const { story, ...rest } = life;
    const told = values.stories || life.wrong.length > 0 ? story : [];
    process.stdout.write(`${JSON.stringify({ ...rest, digest: digestOf(life), story: told })}\n`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
const { user, system } = process.cpuUsage();
process.stdout.write(`${JSON.stringify({ cpuSeconds: (user + system) / 1_000_000 })}\n`);
// What died goes on waiting for answers that never come.
process.exit(0);
