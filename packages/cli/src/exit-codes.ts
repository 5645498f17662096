import type { FleetResult, JudgedResults } from '@cf-deploy/deployer';

/**
 * Exit statuses of every command. 0 done (or nothing to do) · 1 failed, or something could not be compared and nothing
 * differs otherwise · 2 differences found · 3 invalid input or configuration, nothing was sent · 4 credentials missing,
 * invalid or not allowed.
 */
export const EXIT = { ok: 0, failed: 1, differences: 2, invalid: 3, credentials: 4 } as const;

/** One of the exit statuses. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * Exit status of a command that ends with these results. What a failure is, the library says of each command; it is loaded
 * already when there is a result.
 *
 * @param options - `differences`: whether differences count @default true
 */
export async function exitStatus<N extends keyof JudgedResults>(
  command: N,
  results: readonly JudgedResults[N][],
  options: { readonly differences?: boolean } = {},
): Promise<ExitCode> {
  const library = await import('@cf-deploy/deployer');
  return library.exitStatus(command, results, options);
}

/** The same for a command for many: errors of the project as a whole are invalid input, whatever the targets came to. */
export async function fleetStatus<N extends keyof JudgedResults>(
  command: N,
  { findings = [], results }: Pick<FleetResult<JudgedResults[N]>, 'findings' | 'results'>,
  options: { readonly differences?: boolean } = {},
): Promise<ExitCode> {
  const invalid = findings.some(({ severity }) => severity === 'error');
  return invalid ? EXIT.invalid : exitStatus(command, results, options);
}
