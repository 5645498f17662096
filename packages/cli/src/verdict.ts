import { combineFailures, EXIT, type ExitCode } from './exit-codes.ts';

/** A result that may carry the error of its tenant. */
interface MayFail {
  readonly error?: { readonly code: string } | null;
}

/** What a status of a deploy says about writing. */
const WROTE = new Set(['deployed', 'failed', 'rolled-back']);

/**
 * Exit status for the results of a command: that of the failures, else 2 when there are `differences`, else 0.
 * The status of an error code is the library's, loaded already when there is a result.
 */
export async function exitCodeOf(
  results: readonly (MayFail & { readonly status?: unknown })[],
  differences: boolean,
): Promise<ExitCode> {
  const { ERROR_CODES } = await import('@cf-deploy/deployer');
  const codes: Readonly<Record<string, { readonly exitCode: ExitCode }>> = ERROR_CODES;
  const failures = results.flatMap((result) => {
    if (result.error !== undefined && result.error !== null) {
      return [codes[result.error.code]?.exitCode ?? EXIT.failed];
    }
    return result.status === 'failed' || result.status === 'rolled-back' ? [EXIT.failed] : [];
  });
  if (failures.length > 0) {
    const wrote = results.some(({ status }) => typeof status === 'string' && WROTE.has(status));
    return combineFailures(failures, wrote && results.length > 1);
  }
  return differences ? EXIT.differences : EXIT.ok;
}
