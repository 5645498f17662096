/**
 * Makes small mistakes in the core, one at a time and in memory only, and looks whether a test notices. First the unit
 * tests that reach the changed file, then whole lives against the embedded Cloudflare.
 * Run: npm run mutate [-- --sample=100 --seed=1 --room=sections --units-only]
 */
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createVitest } from 'vitest/node';
import { mutantsOf } from './mutants.mjs';
import { parseSource, sourcesIn, walk } from './syntax.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SRC = 'packages/deployer/src';
const ROOMS = ['sections', 'plan', 'apply', 'releases', 'bindings', 'health', 'records'];
/** Longer than any test takes: a mistake that makes something wait for ever is noticed too. */
const LONGEST_MS = 240_000;

const { values: flags } = parseArgs({
  options: {
    sample: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    room: { type: 'string', multiple: true, default: ROOMS },
    'units-only': { type: 'boolean', default: false },
  },
});

const files = flags.room.flatMap((room) => sourcesIn(ROOT, `${SRC}/${room}`));
const mutants = sampleOf(files.flatMap(mutantsOf), Number(flags.sample), Number(flags.seed));
const texts = new Map(files.map(({ path, text }) => [path, text]));
let current = null;
const vitest = await createVitest(
  'test',
  { root: ROOT, watch: false, bail: 1, reporters: [{}], maxWorkers: 1, testTimeout: 20_000 },
  { plugins: [{ name: 'mistake', enforce: 'pre', transform: (code, id) => changed(code, id) }] },
);
await vitest.standalone();
const all = await vitest.globTestSpecifications();
const importers = importersOf(
  sourcesIn(ROOT, SRC),
  all.map(({ moduleId }) => moduleId.slice(ROOT.length)),
);
const broken = await brokenTests(
  all.filter(({ moduleId }) => isScenario(moduleId) || moduleId.includes(`/${SRC}/`)),
);
if (broken.length > 0) console.log(`Left out, as they fail without any mistake:\n  ${broken.join('\n  ')}`);
const alive = [];
for (const [index, mutant] of mutants.entries()) {
  const noticed = await isNoticed(mutant);
  if (!noticed) alive.push(mutant);
  console.log(`${index + 1}/${mutants.length} ${noticed ? 'noticed' : 'ALIVE  '} ${describe(mutant)}`);
}
const score = Math.round((1 - alive.length / mutants.length) * 1000) / 10;
console.log(
  `\n${mutants.length - alive.length} of ${mutants.length} noticed: ${score} % (seed ${flags.seed}).`,
);
await vitest.close();

function changed(code, id) {
  const path = id.split('?')[0].slice(ROOT.length);
  if (current === null || path !== current.path) return null;
  const text = texts.get(path);
  return { code: text.slice(0, current.start) + current.text + text.slice(current.end), map: null };
}

/** Tests that fail as things are would seem to notice everything. */
async function brokenTests(specifications) {
  const found = [];
  for (const specification of specifications) {
    if (isScenario(specification.moduleId) && flags['units-only']) continue;
    const { testModules, unhandledErrors } = await vitest.runTestSpecifications([specification]);
    if (unhandledErrors.length > 0 || testModules.some((module) => !module.ok())) {
      found.push(specification.moduleId.slice(ROOT.length));
    }
  }
  return found;
}

function isScenario(moduleId) {
  return /\/deployer\/test\/(scenarios|releases|parity)\//.test(moduleId);
}

async function isNoticed(mutant) {
  const reach = reachOf(mutant.path);
  const sound = all.filter(({ moduleId }) => !broken.includes(moduleId.slice(ROOT.length)));
  const units = sound.filter(
    ({ moduleId }) => moduleId.includes(`/${SRC}/`) && reach.has(moduleId.slice(ROOT.length)),
  );
  const scenarios = sound.filter(({ moduleId }) => isScenario(moduleId));
  current = mutant;
  try {
    return (await fails(units)) || (!flags['units-only'] && (await fails(scenarios)));
  } finally {
    current = null;
    vitest.invalidateFile(join(ROOT, mutant.path));
  }
}

async function fails(specifications) {
  if (specifications.length === 0) return false;
  vitest.invalidateFile(join(ROOT, current.path));
  const late = new Promise((resolve) => setTimeout(resolve, LONGEST_MS, null).unref());
  const run = await Promise.race([vitest.runTestSpecifications(specifications), late]);
  if (run === null) {
    await vitest.cancelCurrentRun('keyboard-input');
    return true;
  }
  return run.unhandledErrors.length > 0 || run.testModules.some((module) => !module.ok());
}

/** Sources and tests, with who imports them. */
function importersOf(sources, tests) {
  const found = new Map();
  const add = (path, text) => {
    walk(parseSource({ path, text }), ({ type, source }) => {
      const name = type === 'ImportDeclaration' || type === 'ImportExpression' ? source?.value : undefined;
      if (typeof name !== 'string' || !name.startsWith('.')) return;
      const target = posix.normalize(posix.join(posix.dirname(path), name));
      found.set(target, [...(found.get(target) ?? []), path]);
    });
  };
  for (const { path, text } of sources) add(path, text);
  const folders = new Set(tests.map((path) => posix.dirname(path)));
  for (const folder of folders) for (const test of testsIn(folder, tests)) add(test.path, test.text);
  return found;
}

function testsIn(folder, tests) {
  return sourcesIn(ROOT, folder, /\.test\.ts$/).filter(({ path }) => tests.includes(path));
}

/** Everything that imports a file, near or far. */
function reachOf(path, seen = new Set()) {
  for (const importer of importers.get(path) ?? []) {
    if (seen.has(importer)) continue;
    seen.add(importer);
    reachOf(importer, seen);
  }
  return seen;
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

function describe({ path, start, end, kind }) {
  const text = texts.get(path);
  const line = text.slice(0, start).split('\n').length;
  return `${path.slice(SRC.length + 1)}:${line} ${kind}: ${text.slice(start, end).replaceAll(/\s+/g, ' ').slice(0, 60)}`;
}
