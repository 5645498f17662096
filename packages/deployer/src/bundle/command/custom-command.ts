import { spawn, type ChildProcess } from 'node:child_process';
import { BundleError, DeployError } from '../../errors.ts';
import { childEnvironment } from '../../security/child-environment.ts';
import type { BuildContext } from '../build-context.ts';
import type { AssetsBuild } from '../../resolve/resolved-worker.ts';
import { apart } from './isolation.ts';
import { outputTail } from './output-tail.ts';

/** How long a command may take to end after it was asked to, ms. */
const GRACE_MS = 2_000;

interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/**
 * Runs the custom build command in a shell, as the wrangler file writes it. It is somebody else's code: its environment
 * holds only what a program needs to run and what the project names, and where the machine can, it sees no other process.
 *
 * @throws BundleError BUNDLE_FAILED with the end of its output when it exits with another status than 0; BUILD_NOT_RUN
 *   when commands are not to be run
 * @see https://developers.cloudflare.com/workers/wrangler/custom-builds/
 */
export async function runBuildCommand(build: AssetsBuild, context: BuildContext): Promise<void> {
  if (build.command === null) return;
  const { command, cwd } = build.command;
  if (context.runCommand === false) throw notRun(command);
  const secrets = new Set(context.secretNames);
  const further = (context.buildVariables ?? []).filter((name) => !secrets.has(name));
  const env = childEnvironment(context.env ?? process.env, further);
  const { status, output } = await run(command, { cwd, env, context });
  if (context.signal?.aborted === true) throw new DeployError('ABORTED', 'The build command was stopped.');
  if (status === 0) return;
  throw new BundleError(
    'BUNDLE_FAILED',
    `The build command failed with ${status === null ? 'a signal' : `exit status ${status}`}: ${command}\n\n${output.trim()}`,
    {
      hint: 'Run it by hand. On purpose it sees only the variables that every program needs, and those that buildVariables in cf-deploy.config.ts names.',
      details: { command, status },
    },
  );
}

function notRun(command: string): BundleError {
  return new BundleError(
    'BUILD_NOT_RUN',
    `The build command was not run, because CI is building a change that nobody has accepted yet: ${command}`,
    {
      hint: 'Add --run-build where the change may run code, such as in a job without any token.',
      details: { command },
    },
  );
}

async function run(
  command: string,
  options: {
    readonly cwd: string;
    readonly env: Record<string, string>;
    readonly context: BuildContext;
  },
): Promise<Ended> {
  const { cwd, env, context } = options;
  const { signal } = context;
  if (signal?.aborted === true) return { status: null, output: '' };
  const call = await apart(command, env);
  const child = spawn(call?.file ?? command, call?.args ?? [], {
    cwd,
    env,
    shell: call === null,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that stopping the shell also stops what it started.
    detached: signal !== undefined,
  });
  return new Promise((resolve, reject) => {
    const tail = outputTail(context.clean ?? ((text) => text));
    let killing: NodeJS.Timeout | undefined;
    const stop = (): void => {
      stopGroup(child, 'SIGTERM');
      killing = setTimeout(() => stopGroup(child, 'SIGKILL'), GRACE_MS);
    };
    signal?.addEventListener('abort', stop, { once: true });
    child.stdout.setEncoding('utf8').on('data', tail.add);
    child.stderr.setEncoding('utf8').on('data', tail.add);
    child.on('error', (cause) => {
      const message = `The build command could not be started: ${cause.message}`;
      reject(new BundleError('BUNDLE_FAILED', message, { cause }));
    });
    child.on('close', (status) => {
      clearTimeout(killing);
      signal?.removeEventListener('abort', stop);
      resolve({ status, output: tail.text() });
    });
  });
}

function stopGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // It ended by itself meanwhile.
  }
}
