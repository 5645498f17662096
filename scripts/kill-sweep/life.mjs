/** One life: something is deployed, a command is killed at a point that the seed decides, and somebody goes on. */
import { createDeployer } from '@cf-deploy/deployer';
import { LOCAL_TOKEN } from '@cf-deploy/emulator';
import { checkAfter, checkGoneOn, checkRelease, checkStatus, readRecords } from './check.mjs';
import { look } from './look.mjs';
import { openWorld } from './world.mjs';

/** What is killed: what is live before (revisions), the files at that time, and the command. */
const KINDS = {
  'first deploy': { tenants: ['a'], before: [], files: 1, args: ['deploy', '--tenant=a', '--yes'], most: 16 },
  'changed deploy': {
    tenants: ['a'],
    before: [1],
    files: 2,
    args: ['deploy', '--tenant=a', '--yes'],
    most: 18,
  },
  rollback: { tenants: ['a'], before: [1, 2], files: 2, args: ['rollback', '--tenant=a', '--yes'], most: 10 },
  'first deploy of all': {
    tenants: ['a', 'b', 'c'],
    before: [],
    files: 1,
    args: ['deploy', '--all', '--yes'],
    most: 40,
  },
  'changed deploy of all': {
    tenants: ['a', 'b', 'c'],
    before: [1],
    files: 2,
    args: ['deploy', '--all', '--yes', '--parallel=2'],
    most: 36,
  },
};

/** Lives through one seed. Gives its story, what was wrong, and how it ended. */
export async function live(seed) {
  const random = randomOf(seed);
  const kind = pick(random, Object.keys(KINDS));
  const { tenants, before, files, args, most } = KINDS[kind];
  const point = pickPoint(random, most);
  const world = await openWorld(tenants);
  const story = [`${kind}: ${args.join(' ')}, killed ${JSON.stringify(point)}`];
  const wrong = [];
  const note = (when, found) => {
    for (const line of found) {
      story.push(`WRONG ${when}: ${line}`);
      wrong.push(`${when}: ${line}`);
    }
  };
  try {
    await prepare(world, before);
    await world.write(files);
    const seenBefore = lookAtAll(world);
    const recordsBefore = (await readRecords(world.root)).map(({ name }) => name);
    const dead = await world.run(args, point);
    const seen = lookAtAll(world);
    tell(story, dead, seen);
    const life = { kind, world, files, tenants, dead, seenBefore, seen, recordsBefore };
    note('after the kill', await checkAfter(life));
    note('status', checkStatus(life, await world.run(statusArgs(tenants)), await readRecords(world.root)));
    const released = tenants.length > 1 ? await world.run(['releases']) : null;
    if (released !== null) note('releases', checkRelease(life, released));
    const next = await goOn(world, { tenants, released, resumes: random() < 0.6 });
    tell(story, next, lookAtAll(world));
    const drift = await world.run(['drift', ...scope(tenants)]);
    note('going on', await checkGoneOn(life, { next, drift, seenAfter: lookAtAll(world) }));
    return { seed, kind, killed: dead.killed, story, wrong };
  } finally {
    await world.close();
  }
}

/** What was live before, put there in this process: only what is killed has to be a process. */
async function prepare(world, revisions) {
  for (const revision of revisions) {
    await world.write(revision);
    const deployer = createDeployer({
      root: world.root,
      fetch: (input, init) => world.emulator.fetch(new Request(input, init)),
      workerFetch: globalThis.fetch,
      apiToken: LOCAL_TOKEN,
      env: {},
    });
    const { results } = await deployer.deployAll({});
    const failed = results.find(({ status }) => status !== 'deployed');
    if (failed !== undefined) throw new Error(`nothing to begin with: ${JSON.stringify(failed.error)}`);
  }
}

/** What somebody does next: resume a release that was interrupted, or deploy again. */
async function goOn(world, { tenants, released, resumes }) {
  const interrupted = released?.document?.result?.releases?.[0]?.status === 'interrupted';
  if (interrupted && resumes) return { ...(await world.run(['resume', '--yes'])), words: 'resume' };
  const next = await world.run(['deploy', ...scope(tenants), '--yes']);
  return { ...next, words: 'deploy' };
}

const scope = (tenants) => (tenants.length > 1 ? ['--all'] : [`--tenant=${tenants[0]}`]);
const statusArgs = (tenants) => ['status', ...scope(tenants)];

function lookAtAll({ emulator, tenants }) {
  return new Map(tenants.map((tenant) => [tenant, look(emulator, tenant)]));
}

function tell(story, run, seen) {
  const calls = run.calls.map(({ method, path, status }) => `${method} ${path} ${status ?? 'lost'}`);
  story.push(
    `${run.words ?? 'ended'}: ${run.killed ? 'killed' : `exit ${run.code}`} after ${calls.length} calls`,
    ...calls.slice(-8).map((call) => `  ${call}`),
    ...[...seen].map(([tenant, there]) => `  ${tenant} is ${JSON.stringify(there)}`),
    ...(run.killed || run.code === 0 ? [] : [`  ${run.stdout.slice(0, 2_000)}${run.stderr.slice(0, 1_000)}`]),
  );
}

function pickPoint(random, most) {
  if (random() < 0.25) return { at: 'time', ms: Math.floor(random() * 1_500) };
  const how = pick(random, ['lost', 'unanswered', 'answered']);
  return { at: 'call', nth: 1 + Math.floor(random() * most), how, ms: Math.floor(random() * 12) };
}

function pick(random, list) {
  return list[Math.floor(random() * list.length)];
}

/** Numbers from 0 to 1 that are the same for the same seed. */
function randomOf(seed) {
  let state = Math.imul(seed + 1, 2_654_435_761);
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0;
    return state / 2 ** 32;
  };
}
