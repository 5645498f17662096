import { combineFailures, EXIT, type ExitCode } from './exit-codes.ts';

/** A result that may carry the error of its tenant. */
interface MayFail {
  readonly error?: { readonly code: string } | null;
  /** Of a deploy or a rollback. */
  readonly status?: unknown;
  readonly endState?: unknown;
  /** Why what is on disk is not the whole story. */
  readonly recordError?: string | null;
  /** Of a plan: errors make it one that cannot be deployed. */
  readonly findings?: readonly { readonly severity: string }[];
  /** Parts that could not be compared. */
  readonly unknown?: readonly object[];
}

/**
 * Exit status for the results of a command: that of the failures, else 2 when there are `differences`, else 1 when
 * something could not be compared, else 0. The status of an error code is the library's, loaded already when there is a
 * result.
 */
export async function exitCodeOf(results: readonly MayFail[], differences: boolean): Promise<ExitCode> {
  const { ERROR_CODES } = await import('@cf-deploy/deployer');
  const codes: Readonly<Record<string, { readonly exitCode: ExitCode }>> = ERROR_CODES;
  const failures = results.flatMap((result) => {
    if (result.error !== undefined && result.error !== null) {
      return [codes[result.error.code]?.exitCode ?? EXIT.failed];
    }
    if (result.findings?.some(({ severity }) => severity === 'error') === true) return [EXIT.invalid];
    const unwell = result.status === 'failed' || result.status === 'rolled-back';
    return unwell || (result.recordError ?? null) !== null ? [EXIT.failed] : [];
  });
  if (failures.length > 0) {
    return combineFailures(failures, results.some(wrote));
  }
  if (differences) return EXIT.differences;
  return results.some(({ unknown }) => (unknown ?? []).length > 0) ? EXIT.failed : EXIT.ok;
}

/** Whether something in the account may be different now. */
function wrote({ status, endState }: MayFail): boolean {
  if (status === 'failed') return endState !== 'untouched';
  return status === 'deployed' || status === 'rolled-back';
}
