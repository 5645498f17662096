// Releases whose process is killed (SIGKILL) at a random call, and gone on with: every target must be deployed exactly once,
// which the journal of the embedded Cloudflare tells, and run what its files say.
// Run: npm run build && node bench/crash.mjs [--runs=50] [--seed=1] [--tenants=4]
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEmulator, LOCAL_TOKEN } from '@cf-deploy/emulator';
import { OURS } from './support/run.mjs';

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    tenants: { type: 'string', default: '4' },
  },
});
const ACCOUNT = '0123456789abcdef0123456789abcdef';
const tenants = Array.from({ length: Number(flags.tenants) }, (_, index) => `t${index}`);
const random = randomOf(Number(flags.seed));
const faults = [];
let killed = 0;
for (let run = 0; run < Number(flags.runs); run += 1) {
  const told = await crashOnce(run);
  killed += told.killed ? 1 : 0;
  faults.push(...told.faults.map((fault) => `run ${run}, killed at call ${told.diesAt}: ${fault}`));
}
console.log(JSON.stringify({ runs: Number(flags.runs), seed: Number(flags.seed), killed, faults }, null, 2));
process.exitCode = faults.length === 0 ? 0 : 1;

/** One fleet, one death, one going on. */
async function crashOnce(run) {
  const emulator = await createEmulator({
    accounts: [{ id: ACCOUNT, subdomain: 'test' }],
    runtime: 'double',
  });
  const root = await mkdtemp(join(tmpdir(), 'cf-deploy-crash-'));
  const door = await openDoor(emulator);
  try {
    await writeProject(root, 'one');
    await cli(root, door, ['deploy', '--all', '--parallel=4']);
    await writeProject(root, 'two');
    emulator.admin.journal.clear();
    // Two lists and three calls a target, a few more where something is read.
    const diesAt = 1 + Math.floor(random() * (2 + 3 * tenants.length));
    const parallel = 1 + (run % 3);
    const dead = await cli(root, door, ['deploy', '--all', `--parallel=${parallel}`], {
      diesAt,
      arrives: random() < 0.5,
    });
    // A release that was never begun is begun anew.
    const goneOn = await cli(root, door, ['resume']);
    const notBegun = goneOn.code !== 0 && goneOn.stdout.includes('RELEASE_UNKNOWN');
    const last = notBegun ? await cli(root, door, ['deploy', '--all']) : goneOn;
    const again = await cli(root, door, ['resume']);
    return { diesAt, killed: dead.killed, faults: faultsOf(emulator, { dead, last, again }) };
  } finally {
    door.close();
    await emulator.close();
    await rm(root, { recursive: true, force: true });
  }
}

function faultsOf(emulator, { dead, last, again }) {
  const requests = emulator.admin.journal.requests();
  const found = [];
  if (dead.killed && last.code !== 0)
    found.push(`going on ended with ${last.code}: ${last.stdout.slice(0, 500)}`);
  if (!dead.killed && dead.code !== 0) found.push(`it ended with ${dead.code}: ${dead.stdout.slice(0, 500)}`);
  if (again.code === 0) found.push('something was left to resume');
  for (const tenant of tenants) {
    const deployed = requests.filter(
      ({ method, path, status }) =>
        method === 'POST' && path.endsWith(`/scripts/${tenant}/deployments`) && status < 300,
    ).length;
    if (deployed !== 1) found.push(`${tenant} was deployed ${deployed} times`);
  }
  return found;
}

/** Runs the command; with `diesAt` it is killed at that call of its own, which still arrives or does not. */
async function cli(root, door, args, { diesAt = Infinity, arrives = true } = {}) {
  const child = spawn(
    process.execPath,
    [OURS, ...args, '--yes', '--json', '--no-verify', '--no-check-startup'].filter(fits(args)),
    {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        HOME: root,
        CLOUDFLARE_API_TOKEN: LOCAL_TOKEN,
        CLOUDFLARE_API_BASE_URL: `${door.url}/client/v4`,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let calls = 0;
  let dead = false;
  door.onCall(() => {
    calls += 1;
    if (calls < diesAt) return true;
    if (!dead) child.kill('SIGKILL');
    const first = !dead;
    dead = true;
    return first && arrives;
  });
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, killed: dead, stdout: Buffer.concat(chunks).toString() };
}

/** Only deploys know how to leave out the check of health. */
function fits([command]) {
  return (flag) => !flag.startsWith('--no-') || command === 'deploy';
}

/** A door to the emulator that asks for each call whether it may pass. */
async function openDoor(emulator) {
  let ask = () => true;
  const server = createServer(async (incoming, outgoing) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    if (!ask()) return outgoing.destroy();
    const body = chunks.length === 0 ? undefined : Buffer.concat(chunks);
    const headers = { ...incoming.headers, host: 'api.cloudflare.com' };
    delete headers.connection;
    delete headers['transfer-encoding'];
    const answer = await emulator.fetch(
      new Request(`https://api.cloudflare.com${incoming.url}`, { method: incoming.method, headers, body }),
    );
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    outgoing.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    onCall: (next) => void (ask = next),
    close: () => server.close(),
  };
}

async function writeProject(root, text) {
  for (const tenant of tenants) {
    const folder = join(root, 'tenants', tenant);
    await mkdir(join(folder, 'src'), { recursive: true });
    await write(join(folder, 'wrangler.json'), {
      name: tenant,
      main: 'src/index.js',
      compatibility_date: '2026-02-01',
      vars: { TEXT: text },
    });
    await write(join(folder, 'tenant.config.json'), {
      tenantId: tenant,
      accountId: ACCOUNT,
      accountSubdomain: 'test',
      healthCheck: false,
    });
    await writeFile(
      join(folder, 'src/index.js'),
      'export default { fetch(_request, env) { return new Response(env.TEXT); } };\n',
    );
  }
}

function write(file, value) {
  return writeFile(file, JSON.stringify(value, null, 2));
}

/** Numbers from 0 to 1 that are the same for the same seed. */
function randomOf(seed) {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) >>> 0;
    return state / 2 ** 32;
  };
}
