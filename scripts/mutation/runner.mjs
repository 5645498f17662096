/**
 * Runs inside the one warm process: first every test once, to see which mistakes each of them comes by, then, for each
 * mistake, the tests that come by it, until one notices. What it finds it appends to a file, one JSON line each, so that
 * nothing is lost when a mistake hangs the process.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { performance } from 'node:perf_hooks';
import { startTests } from '@vitest/runner';
import { inject, TestRunner } from 'vitest';

/** No mistake is asked for more often by a test that ends. */
const ENDLESS = 1_000_000;
const HELPING_MS = 2000;
const HOOKS = ' in hooks';

/** What vitest starts; everything happens before it looks into its one file. */
export default class MutationRunner extends TestRunner {
  async onBeforeCollect() {
    await examine(this);
  }
}

async function examine(outer) {
  const { tests, mutants, results, seconds, until } = inject('mutation');
  const say = (line) => appendFileSync(results, `${JSON.stringify(line)}\n`);
  say({ process: process.pid });
  const said = readFileSync(results, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const switches = installSwitches();
  const host = { outer, switches, modules: outer.workerState.evaluatedModules };
  const known = said.filter(({ file }) => file !== undefined);
  for (const path of tests.filter((test) => !known.some(({ file }) => file === test))) {
    const line = await baseline(host, path);
    known.push(line);
    say(line);
  }
  // A process that goes on after one that was ended has not loaded all of it.
  const far =
    said.find((line) => line.far !== undefined)?.far ??
    Object.fromEntries(mutants.map(({ file }) => [file, distancesTo(host, file, tests)]));
  say({ far });
  const done = new Set(said.flatMap(({ begun, id }) => [begun, id]));
  for (const mutant of mutants.filter(({ id }) => !done.has(id))) {
    if (Date.now() > until) return say({ outOfTime: true });
    say({ begun: mutant.id });
    const loads = known.some(({ load }) => load.includes(mutant.id));
    const plan = planFor(mutant, known, loads ? far[mutant.file] : {}, seconds);
    say({ id: mutant.id, ...(await judge(host, mutant, plan, loads)) });
  }
}

/** `globalThis.__mutant(id)`: whether that mistake is being made; while none is, who comes by it. */
function installSwitches() {
  const switches = { active: 0, asked: 0, seen: new Set() };
  globalThis.__mutant = (id) => {
    if (switches.active === 0) {
      switches.seen.add(id);
      return false;
    }
    if (id !== switches.active) return false;
    switches.asked += 1;
    if (switches.asked > ENDLESS) throw new Error('This never ends.');
    return true;
  };
  return switches;
}

/** One file as it is: its tests, how long each takes, which mistakes each comes by. */
async function baseline(host, path) {
  const { switches } = host;
  const load = new Set();
  const seen = new Map();
  switches.seen = load;
  const began = performance.now();
  const { tests, ok } = await run(host, path, {
    onStage: (name) => {
      if (!seen.has(name)) seen.set(name, new Set());
      switches.seen = seen.get(name);
    },
  });
  switches.seen = new Set();
  const spent = tests.reduce((sum, { ms }) => sum + ms, 0);
  return {
    file: path,
    ok,
    load: [...load],
    overheadMs: Math.max(0, performance.now() - began - spent),
    hooks: [...(seen.get(HOOKS) ?? [])],
    tests: tests.map((test) => ({ ...test, seen: [...(seen.get(test.name) ?? [])] })),
  };
}

/** The tests to ask, in helpings: the nearest and quickest first, and no longer than so many seconds. */
function planFor(mutant, known, distances, seconds) {
  const own = mutant.file.replace(/\.ts$/, '.test.ts');
  const candidates = known.flatMap(({ file, tests, hooks, overheadMs }) => {
    const all = hooks.includes(mutant.id) || Object.hasOwn(distances, file);
    const wanted = tests.filter(({ ok, seen }) => ok && (all || seen.includes(mutant.id)));
    const far = file === own ? 0 : 1 + (distances[file] ?? 0);
    return helpings(wanted).map(({ names, ms }) => ({
      file,
      names,
      cost: (overheadMs + ms) * far,
      ms: overheadMs + ms,
    }));
  });
  let left = seconds * 1000;
  const chosen = candidates
    .toSorted((a, b) => a.cost - b.cost)
    .filter(({ ms }, index) => {
      left -= ms;
      return index === 0 || left > 0;
    });
  return { chosen, skipped: candidates.length - chosen.length };
}

/** A file's tests, the quickest first, in parts of about two seconds. */
function helpings(tests) {
  const found = [];
  for (const { name, ms } of tests.toSorted((a, b) => a.ms - b.ms)) {
    const last = found.at(-1);
    if (last === undefined || last.ms + ms > HELPING_MS) found.push({ names: [name], ms });
    else Object.assign(last, { names: [...last.names, name], ms: last.ms + ms });
  }
  return found;
}

async function judge(host, mutant, { chosen, skipped }, loads) {
  const { switches } = host;
  const began = performance.now();
  Object.assign(switches, { active: mutant.id, asked: 0 });
  // What is decided while a module is loaded is only decided again by loading it again.
  if (loads) forgetModules(host);
  let by = null;
  for (const { file, names } of chosen) {
    const { tests, ok } = await run(host, file, { names: new Set(names) });
    if (ok) continue;
    by = `${basename(file)}: ${tests.find((test) => !test.ok)?.name ?? 'could not be loaded'}`;
    break;
  }
  switches.active = 0;
  if (loads) forgetModules(host);
  return { by, files: chosen.length, skipped, ms: Math.round(performance.now() - began) };
}

/** Runs a file's tests, only those in `names` when given, up to the first that fails. */
async function run(host, path, { names, onStage = () => {} }) {
  const { outer, modules } = host;
  let failed = false;
  class Inner extends TestRunner {
    onTaskUpdate() {}
    onCollected() {}
    async onBeforeRunSuite(suite) {
      onStage(HOOKS);
      await super.onBeforeRunSuite(suite);
    }
    async onBeforeRunTask(test) {
      if (failed || (names !== undefined && !names.has(nameOf(test)))) test.mode = 'skip';
      await super.onBeforeRunTask(test);
      onStage(nameOf(test));
    }
    onAfterRunTask(test) {
      super.onAfterRunTask(test);
      failed ||= names !== undefined && test.result?.state === 'fail';
      onStage(HOOKS);
    }
    // Skipped tests leave snapshots unchecked; that is no failure, and nothing is told to the outer run.
    async onAfterRunSuite(suite) {
      this.workerState.current = suite.suite ?? suite.file;
    }
  }
  const inner = new Inner(outer.config);
  Object.defineProperty(inner, 'moduleRunner', { value: outer.moduleRunner });
  inner.__setTraces(outer._otel);
  const module = modules.getModuleById(path);
  if (module) modules.invalidateModule(module);
  const current = outer.workerState.filepath;
  outer.workerState.filepath = path;
  const [file] = await startTests([path], inner);
  outer.workerState.filepath = current;
  const tests = testsOf(file);
  const broken = file.result?.state === 'fail' && tests.every(({ state }) => state !== 'fail');
  return {
    ok: !broken && tests.every(({ state }) => state !== 'fail'),
    tests: tests
      .filter(({ state }) => state !== 'skip')
      .map(({ name, state, ms }) => ({ name, ms, ok: state === 'pass' && !broken })),
  };
}

function testsOf(task) {
  if (task.type === 'test') {
    return [
      { name: nameOf(task), state: task.result?.state ?? 'skip', ms: Math.round(task.result?.duration ?? 0) },
    ];
  }
  return task.tasks.flatMap(testsOf);
}

function nameOf(task) {
  return task.suite === undefined ? task.name : `${nameOf(task.suite)} > ${task.name}`;
}

function forgetModules({ modules }) {
  for (const [id, node] of modules.idToModuleMap) {
    if (!id.includes('/packages/')) continue;
    Object.assign(node, { promise: undefined, exports: undefined, evaluated: false });
  }
}

/** How many imports each test file that loads a source is away from it. */
function distancesTo({ modules }, source, tests) {
  const found = new Map([[source, 0]]);
  for (const [id, distance] of found) {
    for (const importer of modules.getModuleById(id)?.importers ?? []) {
      if (!found.has(importer)) found.set(importer, distance + 1);
    }
  }
  return Object.fromEntries([...found].filter(([id]) => tests.includes(id)));
}
