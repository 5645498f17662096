/**
 * Lives through many simulated lives of a deployer: `npm run simulate -- --seeds 2000 [--seed life] [--jobs 2]`.
 * --flips all (none) lives with every (no) assumption about Cloudflare switched, instead of some in half of the lives.
 * One life again, with its story: `npm run simulate -- --life "life 17"`; some of them: --lives 17,64. With --digests it
 * says of every life what tells its story from any other; --meets "rollback, end: uploaded" names the lives in which that
 * is met; --json prints the lives themselves and nothing else.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { bundleLives } from './simulation/bundle.mjs';
import { SHORT_LIVED } from './testing/short-lived.mjs';

const SHOWN = 3;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    seed: { type: 'string', default: 'life' },
    from: { type: 'string', default: '0' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    life: { type: 'string' },
    flips: { type: 'string', default: 'some' },
    digests: { type: 'boolean', default: false },
    meets: { type: 'string' },
    lives: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const folder = await mkdtemp(join(tmpdir(), 'cf-deploy-simulate-'));
const file = join(folder, 'main.mjs');
const started = Date.now();
try {
  await bundleLives(file);
  process.exitCode = await simulate();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function simulate() {
  const one = /^(.*) (\d+)$/.exec(values.life ?? '');
  const seed = one?.[1] ?? values.seed;
  const from = Number(one?.[2] ?? values.from);
  const to = one === null ? from + Number(values.seeds) : from + 1;
  const named = values.lives?.split(',');
  const jobs = named !== undefined ? 1 : one === null ? Math.max(1, Number(values.jobs)) : 1;
  const totals = {
    lives: 0,
    calls: 0,
    cpuSeconds: 0,
    faults: new Map(),
    ends: new Map(),
    wrong: new Map(),
    failed: [],
    digests: [],
    all: [],
  };
  await Promise.all(
    Array.from({ length: jobs }, (_, job) => runJob({ seed, from: from + job, to, every: jobs }, totals)),
  );
  const wanted = named?.length ?? to - from;
  if (values.json) console.log(JSON.stringify(totals.all));
  else report(totals, wanted);
  return totals.failed.length === 0 && totals.lives === wanted ? 0 : 1;
}

async function runJob({ seed, from, to, every }, totals) {
  const range = ['--from', String(from), '--to', String(to), '--every', String(every)];
  const args = [
    '--seed',
    seed,
    '--flips',
    values.flips,
    ...range,
    ...(values.life !== undefined || values.json ? ['--stories'] : []),
    ...(values.lives === undefined ? [] : ['--lives', values.lives]),
  ];
  const child = spawn(
    process.execPath,
    [...SHORT_LIVED, ...(process.env.SIMULATE_NODE ?? '').split(' ').filter(Boolean), file, ...args],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line);
    if ('cpuSeconds' in said) totals.cpuSeconds += said.cpuSeconds;
    else add(said, totals);
  }
}

function add(life, totals) {
  totals.lives += 1;
  if (values.json) totals.all.push(life);
  totals.calls += life.calls;
  totals.digests.push(`${life.seed}: ${life.digest}`);
  if (values.digests) console.log(totals.digests.at(-1));
  if (life.met.includes(values.meets)) console.log(`${life.seed} (${life.calls} calls)`);
  for (const fault of life.faults) count(totals.faults, fault);
  for (const end of life.ends) count(totals.ends, end);
  if (values.life !== undefined) tell(life);
  if (life.wrong.length === 0) return;
  for (const wrong of life.wrong) {
    const kind = wrong
      .replace(/^[^:]*: /, '')
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
      .slice(0, 100);
    totals.wrong.set(kind, [...(totals.wrong.get(kind) ?? []), life.seed]);
  }
  totals.failed.push(life);
  if (values.life === undefined && totals.failed.length <= SHOWN) tell(life);
}

function tell({ seed, story }) {
  if (values.json) return;
  console.log([`${seed}:`, ...story].join('\n  '));
}

function count(map, key) {
  map.set(key, (map.get(key) ?? 0) + 1);
}

function report({ lives, calls, faults, ends, wrong, failed, digests, cpuSeconds }, wanted) {
  const seconds = (Date.now() - started) / 1_000;
  const list = (map) =>
    [...map]
      .toSorted((a, b) => b[1] - a[1])
      .map(([key, many]) => `${key} ${many}`)
      .join(', ');
  console.log(
    `${lives} lives in ${seconds.toFixed(1)} s (${(lives / cpuSeconds).toFixed(1)} a second of CPU), ${calls} calls`,
  );
  // The same for the same seeds and the same behaviour: what makes lives quicker must not change it.
  const digest = createHash('sha256').update(digests.toSorted().join('\n')).digest('hex');
  console.log(`stories: ${digest.slice(0, 16)}`);
  console.log(`faults: ${list(faults)}`);
  console.log(`ends: ${list(ends)}`);
  for (const [kind, seeds] of wrong)
    console.log(`WRONG ${seeds.length}: ${kind} [${seeds.slice(0, 6).join(', ')}]`);
  if (lives < wanted) console.log(`Only ${lives} of ${wanted} lives were lived.`);
  console.log(failed.length === 0 ? 'Nothing was wrong.' : `${failed.length} lives went wrong.`);
}
