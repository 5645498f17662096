import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createEmulator } from '../../src/index.ts';
import type { Emulator, EmulatorOptions } from '../../src/index.ts';
import { createFakeRuntime } from './fake-runtime.ts';
import { ACCOUNT, TOKEN } from './client.ts';

/** What a wrangler process did. */
export interface WranglerRun {
  exit: number;
  /** Standard output and error together. */
  output: string;
  /** API calls it made, `METHOD path` with the account id as `:account`. */
  calls: string[];
}

/** A wrangler process that runs. */
export interface RunningWrangler {
  /** Standard output and error so far. */
  output(): string;
  /** Ends it and waits for that. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** A project folder, an emulator behind HTTP, and wrangler to run in it. */
export interface WranglerBench {
  emulator: Emulator;
  url: string;
  /** The project folder, where wrangler runs. */
  root: string;
  run(args: string[], options?: { stdin?: string; token?: string }): Promise<WranglerRun>;
  /** Starts a command that goes on until it is ended. */
  start(args: string[]): RunningWrangler;
  write(file: string, content: string | Record<string, unknown>): Promise<void>;
  close(): Promise<void>;
}

const wranglerBin = join(
  dirname(createRequire(import.meta.url).resolve('wrangler/package.json')),
  'bin',
  'wrangler.js',
);

/** Starts an emulator on a free port and makes an empty project. Workers do not run unless `runtime` is given. */
export async function wranglerBench(options: EmulatorOptions = {}): Promise<WranglerBench> {
  const dir = await mkdtemp(join(tmpdir(), 'cf-deploy-wrangler-'));
  const emulator = await createEmulator({
    runtime: () => createFakeRuntime(),
    accounts: [{ id: ACCOUNT, name: 'Test', subdomain: 'test' }],
    tokens: [TOKEN],
    ...options,
  });
  const { url, close } = await emulator.listen();
  await mkdir(join(dir, 'home'));
  await mkdir(join(dir, 'project'));
  const write: WranglerBench['write'] = async (file, content) => {
    const path = join(dir, 'project', file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  };
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: join(dir, 'home'),
    XDG_CONFIG_HOME: join(dir, 'home'),
    CI: '1',
    NO_COLOR: '1',
    WRANGLER_SEND_METRICS: 'false',
    CLOUDFLARE_API_BASE_URL: `${url}/client/v4`,
    CLOUDFLARE_API_TOKEN: TOKEN,
    CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
    WRANGLER_LOG_SANITIZE: 'true',
  };
  return {
    emulator,
    url,
    start: (args) => startProcess(args, join(dir, 'project'), env),
    root: join(dir, 'project'),
    write,
    run: async (args, runOptions = {}) => {
      emulator.admin.journal.clear();
      const result = await runProcess(args, join(dir, 'project'), {
        stdin: runOptions.stdin ?? '',
        env: { ...env, CLOUDFLARE_API_TOKEN: runOptions.token ?? TOKEN },
      });
      const calls = emulator.admin.journal
        .requests()
        .map(({ method, path }) => `${method} ${path.replace(ACCOUNT, ':account')}`);
      return { ...result, calls };
    },
    close: async () => {
      await close();
      await emulator.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function startProcess(args: string[], cwd: string, env: Record<string, string>): RunningWrangler {
  // wrangler runs in a child of its own; a signal from a terminal goes to both.
  const child = spawn(process.execPath, [wranglerBin, ...args], { cwd, env, detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    output: () => output,
    end: async (signal) => {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
      await closed;
    },
  };
}

async function runProcess(
  args: string[],
  cwd: string,
  options: { env: Record<string, string>; stdin: string },
): Promise<{ exit: number; output: string }> {
  const child = spawn(process.execPath, [wranglerBin, ...args], { cwd, env: options.env });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdin.end(options.stdin);
  const exit = await new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
  return { exit, output };
}
