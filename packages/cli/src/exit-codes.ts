/**
 * Exit statuses of every command. 0 done (or nothing to do) · 1 failed · 2 differences found · 3 invalid input or
 * configuration, nothing was sent · 4 credentials missing, invalid or not allowed.
 */
export const EXIT = { ok: 0, failed: 1, differences: 2, invalid: 3, credentials: 4 } as const;

/** One of the exit statuses. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * Exit status of a run over many tenants whose failures have the given statuses. `wrote`: some tenant was changed, so
 * "nothing was sent" (3, 4) would be untrue.
 */
export function combineFailures(failures: readonly ExitCode[], wrote: boolean): ExitCode {
  const [first, ...others] = failures;
  if (first === undefined) return EXIT.ok;
  const oneReason = others.every((code) => code === first);
  return oneReason && !wrote ? first : EXIT.failed;
}
