/**
 * Makes small mistakes in the core, one at a time and in memory only, and looks whether a test notices. All run in one
 * warm process: first every test once, to learn which mistakes it comes by, then for each mistake only those tests.
 * Run: npm run mutate -- --help
 */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadConfigFromFile } from 'vite';
import { createVitest } from 'vitest/node';
import { sourcesIn } from '../syntax.mjs';
import { mutantsOf, withMutants } from './mutants.mjs';
import { report } from './report.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SRC = 'packages/deployer/src';
const ROOMS = ['sections', 'plan', 'apply', 'releases', 'bindings', 'health', 'records'];
/** Tests of what is around the core: they cost much and would notice little that others do not. */
const ELSEWHERE =
  /\/test\/(bundle|simulation|security|figures|examples|contributing|boundaries|scenarios\/wrangler|drift|config\/(mutations|hostile))/;
/** Longer than any test takes: a mistake that makes something wait for ever is noticed too. */
const LONGEST_MS = 90_000;

const HELP = `npm run mutate -- [flags]: makes small mistakes in the core and tells which no test notices.
  --room=health     where: ${ROOMS.join(', ')}; may stand several times (all)
  --only=plan-steps sources whose path has that in it (all)
  --tests=src/plan  tests whose path has that in it; may stand several times (all)
  --units-only      only the tests beside the sources
  --sample=100      how many mistakes of each seed
  --seed=1          which; may stand several times
  --seconds=30      how long the tests asked about one mistake may take
  --minutes=600     when to stop, whatever is left
  --json=file       where all results are written to`;

const { values: flags } = parseArgs({
  options: {
    sample: { type: 'string', default: '100' },
    seed: { type: 'string', multiple: true, default: ['1'] },
    minutes: { type: 'string', default: '600' },
    room: { type: 'string', multiple: true, default: ROOMS },
    only: { type: 'string', default: '' },
    seconds: { type: 'string', default: '30' },
    'units-only': { type: 'boolean', default: false },
    tests: { type: 'string', multiple: true, default: [''] },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (flags.help) {
  console.log(HELP);
  process.exit(0);
}

const files = flags.room
  .flatMap((room) => sourcesIn(ROOT, `${SRC}/${room}`))
  .filter(({ path }) => path.includes(flags.only));
const mutants = chosenMutants();
const folder = mkdtempSync(join(tmpdir(), 'cf-deploy-mutation-'));
const results = join(folder, 'results.jsonl');
writeFileSync(results, '');
// One project of its own: the shared process below needs nothing of how the suite is divided.
const { config: usual } = await loadConfigFromFile({ command: 'serve' }, join(ROOT, 'vitest.config.ts'));
const vitest = await createVitest(
  'test',
  {
    config: false,
    root: ROOT,
    include: [`${SRC}/**/*.test.ts`, 'packages/deployer/test/**/*.test.ts'],
    globalSetup: join(ROOT, 'scripts/testing/temp-folder.mjs'),
    watch: false,
    update: false,
    reporters: [{}],
    maxWorkers: 1,
    isolate: false,
    pool: 'forks',
    testTimeout: 30_000,
    runner: fileURLToPath(new URL('runner.mjs', import.meta.url)),
  },
  {
    resolve: usual.resolve,
    plugins: [{ name: 'mistakes', enforce: 'pre', transform: (code, id) => changed(id) }],
  },
);
await vitest.standalone();
const specifications = (await vitest.globTestSpecifications()).filter(({ moduleId }) => isAsked(moduleId));
vitest.provide('mutation', {
  tests: specifications.map(({ moduleId }) => moduleId),
  mutants: mutants.map(({ id, path }) => ({ id, file: join(ROOT, path) })),
  results,
  seconds: Number(flags.seconds),
  until: Date.now() + Number(flags.minutes) * 60_000,
});
const watching = setInterval(watch, 1000);
while (!isThrough()) {
  const before = lines().length;
  await vitest.runTestSpecifications(specifications.slice(0, 1));
  const { begun } = lines().at(-1) ?? {};
  if (begun !== undefined) say({ id: begun, by: 'ended the process', ms: 0 });
  else if (lines().length <= before + 1) throw new Error('The tests cannot be run.');
}
clearInterval(watching);
report({ lines: lines(), mutants, files, flags, src: SRC });
await vitest.close();
rmSync(folder, { recursive: true });

function isThrough() {
  const said = lines();
  return (
    said.some(({ outOfTime }) => outOfTime) || mutants.every((each) => said.some(({ id }) => id === each.id))
  );
}

/** The samples of all seeds, in turns, so that a run that is cut short has something of each. */
function chosenMutants() {
  const all = files.flatMap(mutantsOf);
  const samples = flags.seed.map((seed) => sampleOf(all, Number(flags.sample), Number(seed)));
  const turns = samples[0].flatMap((_, turn) => samples.map((sample) => sample[turn]));
  return [...new Set(turns)].map((mutant, index) => ({
    ...mutant,
    id: index + 1,
    seeds: flags.seed.filter((_, number) => samples[number].includes(mutant)),
  }));
}

function isAsked(moduleId) {
  if (!flags.tests.some((part) => moduleId.slice(ROOT.length).includes(part))) return false;
  if (moduleId.includes(`/${SRC}/`)) return true;
  return moduleId.includes('/packages/deployer/test/') && !flags['units-only'] && !ELSEWHERE.test(moduleId);
}

function changed(id) {
  const file = files.find(({ path }) => join(ROOT, path) === id.split('?')[0]);
  const inside = mutants.filter(({ path }) => path === file?.path);
  return inside.length === 0 ? null : { code: withMutants(file.text, inside), map: null };
}

function lines() {
  return readFileSync(results, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function say(line) {
  appendFileSync(results, `${JSON.stringify(line)}\n`);
}

/** Ends the process when a mistake keeps it from going on, and calls that noticed. */
function watch() {
  if (Date.now() - statSync(results).mtimeMs < LONGEST_MS) return;
  const said = lines();
  const pid = said.findLast((line) => line.process !== undefined)?.process;
  const begun = said.at(-1)?.begun;
  if (pid === undefined || begun === undefined) return;
  say({ id: begun, by: 'never ended', ms: LONGEST_MS });
  process.kill(pid, 'SIGKILL');
}

/** So many, in an order that the seed decides: the same seed, the same mistakes. */
function sampleOf(every, count, seed) {
  let state = seed >>> 0 || 1;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const keyed = every.map((mutant) => ({ mutant, key: random() }));
  return keyed
    .toSorted((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ mutant }) => mutant);
}
