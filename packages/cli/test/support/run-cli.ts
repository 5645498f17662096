import { setImmediate } from 'node:timers/promises';
import { openChecker, type Checker } from '@cf-deploy/emulator';
import { run } from '../../src/program.ts';
import type { LocalRuntime, StartChecker, World } from '../../src/world.ts';

/** What a command line did. */
export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The `--json` document. */
  readonly json: JsonRun;
}

/** The document, loosely: a test says what it expects of it. */
export interface JsonRun {
  readonly command: string;
  readonly ok: boolean;
  readonly exitCode: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into results of every command
  readonly result: any;
  readonly error?: { code: string; message: string; hint?: string; details?: Record<string, unknown> };
}

/** What of the world differs from a pipeline without any variable. */
export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly stdin?: string;
  readonly signal?: AbortSignal;
  /** Width of both streams. @default 100 */
  readonly columns?: number;
  /** The clock; one that throws is an error nobody foresaw. */
  readonly now?: () => number;
  /** Waits really, for tests of something else that needs the time. @default the clock is put forward instead */
  readonly waits?: boolean;
  /** What runs Workers with `--local`; a double where what they do is not the matter. @default workerd */
  readonly runtime?: LocalRuntime;
  /** Answer to questions; makes it a terminal. */
  readonly answer?: string;
  /** Called with each piece written to stderr. */
  readonly onStderr?: (text: string) => void;
}

/** Runs a command line in this process with captured streams. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = options.answer !== undefined;
  const columns = options.columns ?? 100;
  const world: World = {
    stdout: { write: (text) => void out.push(text), isTerminal: terminal, columns },
    stderr: {
      write: (text) => {
        err.push(text);
        options.onStderr?.(text);
      },
      isTerminal: terminal,
      columns,
    },
    readStdin: async () => options.stdin ?? '',
    stdinIsTerminal: terminal,
    env: options.env ?? {},
    cwd: options.cwd ?? '/',
    signal: options.signal ?? new AbortController().signal,
    ask: async (question) => {
      err.push(question);
      return options.answer ?? '';
    },
    ...clockOf(options),
    ...(options.runtime === undefined ? {} : { runtime: options.runtime }),
    openChecker: sharedChecker,
  };
  const exitCode = await run(args, world);
  const stdout = out.join('');
  return {
    exitCode,
    stdout,
    stderr: err.join(''),
    get json() {
      return JSON.parse(stdout) as JsonRun;
    },
  };
}

let checker: Promise<Checker> | undefined;

/** One workerd for the checks of all commands: it stops when nothing was checked for a while, and dies with this process. */
async function sharedChecker(): Promise<StartChecker> {
  checker ??= openChecker();
  const { check } = await checker;
  return { check, close: async () => {} };
}

/** A clock that is put forward instead of waited for: retries, lags and health checks take no time. */
function clockOf({ now = Date.now, waits = false }: CliOptions): Pick<World, 'now' | 'sleep'> {
  if (waits) return { now };
  let ahead = 0;
  return {
    now: () => now() + ahead,
    sleep: async (ms) => {
      ahead += ms;
      await setImmediate();
    },
  };
}
