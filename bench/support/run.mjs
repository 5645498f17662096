import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROBE = fileURLToPath(new URL('probe.cjs', import.meta.url));

/** Entry points of what is compared. */
export const OURS = join(ROOT, 'packages/cli/bin/cf-deploy.js');
export const WRANGLER = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');
/** Where generated projects find packages. */
export const NODE_MODULES = join(ROOT, 'node_modules');

/**
 * Runs a command to its end, start-up included. Node processes below it report esbuild builds and CPU seconds (their
 * sums) and peak memory (of the largest); processes that are not Node, as esbuild's and workerd, are not in it.
 * @throws Error when it ends with a status not in `allowed`
 */
export async function measure(command, args, { cwd, env = {}, allowed = [0] }) {
  const folder = await mkdtemp(join(tmpdir(), 'cf-deploy-bench-probe-'));
  const options = {
    cwd,
    env: { ...cleanEnv(), ...env, BENCH_PROBE_DIR: folder, NODE_OPTIONS: `--require=${PROBE}` },
  };
  const started = performance.now();
  const { code, stdout, stderr } = await collect(spawn(command, args, options));
  const seconds = (performance.now() - started) / 1000;
  if (!allowed.includes(code)) {
    throw new Error(
      `${command} ${args.join(' ')} ended with ${code}:\n${stdout.slice(-3000)}\n${stderr.slice(-3000)}`,
    );
  }
  const reports = await Promise.all(
    (await readdir(folder)).map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))),
  );
  await rm(folder, { recursive: true, force: true });
  const builds = reports.reduce((sum, report) => sum + report.builds, 0);
  const cpuSeconds = reports.reduce((sum, report) => sum + report.cpuMicros, 0) / 1e6;
  const maxRssMb = Math.max(0, ...reports.map(({ maxRssKb }) => maxRssKb)) / 1024;
  return { seconds, cpuSeconds, builds, maxRssMb, stdout, stderr };
}

/** Both tools quiet, offline and without anybody's credentials. */
function cleanEnv() {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(CLOUDFLARE|CF|WRANGLER|NODE|NPM)_/i.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    CI: '1',
    NO_COLOR: '1',
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
    WRANGLER_LOG_PATH: join(tmpdir(), 'cf-deploy-bench-logs'),
  };
}

async function collect(child) {
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr']) {
    child[stream].setEncoding('utf8').on('data', (chunk) => (text[stream] += chunk));
  }
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, ...text };
}
