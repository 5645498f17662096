import { spawn } from 'node:child_process';
import { BundleError, DeployError } from '../errors.ts';
import type { BuildContext } from './build-context.ts';
import type { BuildOptions } from '../config/resolved-worker.ts';
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
export async function runBuildCommand(build: BuildOptions, context: BuildContext): Promise<void> {
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
  return new Promise((resolve, reject) => {
    const { signal, ...rest } = options;
    const child = spawn(command, {
      ...rest,
      shell: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal === undefined ? {} : { signal }),
    });
    let output = '';
    const keep = (text: string): void => {
      output = (output + text).slice(-OUTPUT_KEPT);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.on('error', (error) => {
      if (error.name === 'AbortError') resolve({ status: null, output });
      else
        reject(
          new BundleError('BUNDLE_FAILED', `The build command could not be started: ${error.message}`, {
            cause: error,
          }),
        );
    });
    child.on('close', (status) => resolve({ status, output }));
  });
}
