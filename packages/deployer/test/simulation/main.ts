import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { config } from 'zod';
import { live } from './life.ts';

/** Lives through seeds `<seed> <from>` up to the given number, and prints one JSON line for each. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: 'life' },
    from: { type: 'string', default: '0' },
    to: { type: 'string', default: '200' },
    every: { type: 'string', default: '1' },
  },
});

// As in what is built: compiling a function for each schema pays later than most lives are over.
config({ jitless: true });

// Nothing is gained by writing thousands of small projects to a disk.
const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const folder = await mkdtemp(join(base, 'cf-deploy-simulation-'));
try {
  for (let index = Number(values.from); index < Number(values.to); index += Number(values.every)) {
    const life = await live(`${values.seed} ${index}`, folder);
    const { story, ...rest } = life;
    process.stdout.write(`${JSON.stringify({ ...rest, story: life.wrong.length > 0 ? story : [] })}\n`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
// What died goes on waiting for answers that never come.
process.exit(0);
