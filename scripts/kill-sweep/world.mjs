/** The world of one life: a project, the embedded Cloudflare in this process, a door to it, and the real command. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createEmulator, LOCAL_TOKEN } from '@cf-deploy/emulator';

const COMMAND = fileURLToPath(new URL('../../packages/cli/bin/cf-deploy.js', import.meta.url));
export const ACCOUNT = '0123456789abcdef0123456789abcdef';

/** Opens a world with those tenants. Close it in the end. */
export async function openWorld(tenants) {
  const emulator = await createEmulator({
    accounts: [{ id: ACCOUNT, subdomain: 'test' }],
    runtime: 'double',
    rateLimit: null,
  });
  const root = await mkdtemp(join(tmpdir(), 'cf-deploy-kill-'));
  const door = await openDoor(emulator);
  return {
    emulator,
    root,
    tenants,
    /** Files of that revision: code, a variable, a cron and a setting all change with it. */
    write: (revision) => writeProject({ root, tenants, url: door.url }, revision),
    /** Runs the command; with a point it is killed there. */
    run: (args, point = null) => runCommand({ root, door }, args, point),
    async close() {
      door.close();
      await emulator.close();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The cron of a revision. */
export const cronOf = (revision) => `${revision} 3 * * *`;

async function writeProject({ root, tenants, url }, revision) {
  await mkdir(root, { recursive: true });
  await writeFile(
    join(root, 'cf-deploy.config.mjs'),
    `export default { healthHosts: ${JSON.stringify([url])} };\n`,
  );
  for (const tenant of tenants) {
    const folder = join(root, 'tenants', tenant);
    await mkdir(join(folder, 'src'), { recursive: true });
    await writeJson(join(folder, 'wrangler.json'), {
      name: tenant,
      main: 'src/index.js',
      compatibility_date: '2026-02-01',
      vars: { REV: String(revision) },
      version_metadata: { binding: 'VERSION' },
      logpush: revision % 2 === 0,
      triggers: { crons: [cronOf(revision)] },
    });
    await writeJson(join(folder, 'tenant.config.json'), {
      tenantId: tenant,
      accountId: ACCOUNT,
      accountSubdomain: 'test',
      healthCheck: {
        url: `${url}/edge/${tenant}.test.workers.dev/health`,
        versionFrom: 'version.id',
        intervalMs: 50,
      },
    });
    await writeFile(
      join(folder, 'src/index.js'),
      `export default { fetch: (_request, env) => Response.json({ code: ${revision}, version: env.VERSION }) , scheduled() {} };\n`,
    );
  }
}

function writeJson(file, value) {
  return writeFile(file, JSON.stringify(value, null, 2));
}

/**
 * Runs the command to its end or its death. It leads a group of processes, so that what it leaves behind is found.
 * @param point `{ at: 'time', ms }`, or `{ at: 'call', nth, how, ms }` with how `lost` (the call does not arrive),
 * `unanswered` (it arrives, nobody hears the answer) or `answered` (death so many ms after the answer)
 */
async function runCommand({ root, door }, args, point) {
  const child = spawn(process.execPath, [COMMAND, ...args, '--json'], {
    cwd: root,
    detached: true,
    env: {
      PATH: process.env.PATH,
      HOME: root,
      CLOUDFLARE_API_TOKEN: LOCAL_TOKEN,
      CLOUDFLARE_API_BASE_URL: `${door.url}/client/v4`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let killed = false;
  const kill = () => {
    killed ||= child.exitCode === null && child.kill('SIGKILL');
  };
  const timer = point?.at === 'time' ? setTimeout(kill, point.ms) : null;
  door.arm(point?.at === 'call' ? { ...point, kill } : null);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8');
    child[name].on('data', (text) => (output[name] += text));
  }
  // A process it left behind may hold the pipes open: its own exit is what counts.
  const closed = new Promise((resolve) => child.once('close', resolve));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== null) await closed;
  clearTimeout(timer);
  await door.quiet();
  const left = await leftBehind(child.pid);
  return {
    code,
    killed: killed && code === null,
    ...output,
    calls: door.take(),
    left,
    document: parse(output.stdout),
  };
}

/** The door to the emulator: API calls, and Workers below `/edge/<host>`. It notes every call, and carries out deaths. */
async function openDoor(emulator) {
  let armed = null;
  let calls = [];
  const underWay = new Set();
  const server = createServer((incoming, outgoing) => {
    const answered = pass(incoming, outgoing).catch(() => outgoing.destroy());
    underWay.add(answered);
    void answered.finally(() => underWay.delete(answered));
  });
  async function pass(incoming, outgoing) {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const call = { method: incoming.method, path: incoming.url, status: null };
    calls.push(call);
    const dies = armed !== null && calls.length >= armed.nth ? armed : null;
    if (dies?.how === 'lost') {
      dies.kill();
      return outgoing.destroy();
    }
    const answer = await emulator.fetch(requestOf(incoming, Buffer.concat(chunks)));
    call.status = answer.status;
    if (dies?.how === 'unanswered') {
      dies.kill();
      return outgoing.destroy();
    }
    const headers = Object.fromEntries(answer.headers);
    delete headers['content-encoding'];
    outgoing.writeHead(answer.status, headers);
    outgoing.end(Buffer.from(await answer.arrayBuffer()));
    if (dies !== null) setTimeout(dies.kill, dies.ms);
  }
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    arm: (next) => {
      armed = next;
      calls = [];
    },
    take: () => calls,
    async quiet() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function requestOf({ url, method, headers: given }, bytes) {
  const [, host, path] = /^\/edge\/([^/]+)(\/.*)$/.exec(url) ?? [null, 'api.cloudflare.com', url];
  const headers = { ...given, host };
  delete headers.connection;
  delete headers['transfer-encoding'];
  const sent = bytes.byteLength === 0 ? {} : { body: bytes };
  return new Request(`https://${host}${path}`, { method, headers, ...sent });
}

/** Processes of the group that are still there when they had time to go; `pid name` each. */
async function leftBehind(group) {
  for (let wait = 10; ; wait *= 2) {
    const lines = await processes();
    const left = lines.filter(([, of]) => Number(of) === group).map(([pid, , name]) => `${pid} ${name}`);
    if (left.length === 0 || wait > 5_000) return left;
    await delay(wait);
  }
}

async function processes() {
  const child = spawn('ps', ['-A', '-o', 'pid=,pgid=,comm='], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of child.stdout) text += chunk;
  return text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
