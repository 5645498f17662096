import { spawn } from 'node:child_process';
import { BundleError, DeployError } from '../../errors.ts';
import type { BuildContext } from '../build-context.ts';
import type { AssetsBuild } from '../../resolve/resolved-worker.ts';
import { envFileNames, withoutCredentials } from './command-environment.ts';

/** Characters of the command's output kept for the error message. */
const OUTPUT_KEPT = 4000;

/**
 * Runs the custom build command in a shell, as the wrangler file writes it, in an environment without any credential:
 * what builds the Worker must not be able to deploy it.
 *
 * @throws BundleError BUNDLE_FAILED with the end of its output when it exits with another status than 0
 * @see https://developers.cloudflare.com/workers/wrangler/custom-builds/
 */
export async function runBuildCommand(build: AssetsBuild, context: BuildContext): Promise<void> {
  if (build.command === null) return;
  const { command, cwd } = build.command;
  const secretNames = [
    ...(context.secretNames ?? []),
    ...(await envFileNames([build.projectDir, context.rootDir])),
  ];
  const env = withoutCredentials(context.env ?? process.env, secretNames);
  const { status, output } = await run(command, { cwd, env, signal: context.signal });
  if (status === 0) return;
  if (context.signal?.aborted === true) throw new DeployError('ABORTED', 'The build command was stopped.');
  throw new BundleError(
    'BUNDLE_FAILED',
    `The build command failed with ${status === null ? 'a signal' : `exit status ${status}`}: ${command}\n\n${output.trim()}`,
    {
      hint: 'Run it by hand. Deploy credentials are not in its environment on purpose.',
      details: { command, status },
    },
  );
}

function run(
  command: string,
  options: { cwd: string; env: Record<string, string>; signal: AbortSignal | undefined },
): Promise<{ status: number | null; output: string }> {
  const { cwd, env, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      resolve({ status: null, output: '' });
      return;
    }
    // A group of its own, so that stopping the shell also stops what it started.
    const child = spawn(command, {
      cwd,
      env,
      shell: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: signal !== undefined,
    });
    let output = '';
    const keep = (text: string): void => {
      output = (output + text).slice(-OUTPUT_KEPT);
    };
    const stop = (): void => stopGroup(child.pid);
    signal?.addEventListener('abort', stop, { once: true });
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', (cause) => {
      reject(
        new BundleError('BUNDLE_FAILED', `The build command could not be started: ${cause.message}`, {
          cause,
        }),
      );
    });
    child.on('close', (status) => {
      signal?.removeEventListener('abort', stop);
      resolve({ status, output });
    });
  });
}

function stopGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGTERM');
  } catch {
    // It ended by itself meanwhile.
  }
}
