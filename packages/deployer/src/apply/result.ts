import type { DeployStatus, EndState } from '../end-state.ts';
import type { HealthReport } from '../health/report.ts';
import type { ErrorJson } from '../errors.ts';
import type { InterruptedRun } from '../records/interrupted.ts';
import type { GradualSummary } from '../store/gradual.ts';
import type { ReportedChange } from '../sections/meaning.ts';

/** An upload that had to lack service bindings, because their Workers waited for it. */
export interface FirstUpload {
  readonly versionId: string | null;
  /** Names of the bindings. */
  readonly without: readonly string[];
  /** Path of its own record; null when none was written. */
  readonly record: string | null;
}

/** What became of a run that was to change one target: a deploy or a rollback. */
export interface DeployResult {
  readonly tenant: string;
  /** Name of the shared Worker that the tenant takes; null for one of its own. */
  readonly worker: string | null;
  readonly environment: string | null;
  readonly accountId: string;
  readonly scriptName: string;
  readonly url: string | null;
  readonly status: DeployStatus;
  readonly endState: EndState;
  readonly previousVersionId: string | null;
  readonly versionId: string | null;
  /**
   * In a dispatch namespace, which has no versions: digest of the kept upload that may be live now; `rollback --to` takes
   * it. Null elsewhere, and where it could not be kept.
   */
  readonly upload: string | null;
  /** The first upload of the same run, of a Worker in a circle of service bindings. */
  readonly begun?: FirstUpload;
  /** Of a rollback that uploads code again: what it was taken from. */
  readonly broughtBack?: string;
  readonly changes: readonly ReportedChange[];
  /** Differences that were left as they are: the files do not declare them. */
  readonly left: readonly ReportedChange[];
  /**
   * What is as it was remembered, because no list of the account shows whether somebody changed it since; empty where all
   * was read.
   */
  readonly notLookedAt: readonly string[];
  /** Earlier runs that were killed, and what of them was found. */
  readonly interrupted: readonly InterruptedRun[];
  readonly steps: readonly { readonly kind: string; readonly description: string; readonly status: string }[];
  /** What a failed deploy left behind, by name. */
  readonly leftovers: readonly string[];
  readonly health: HealthReport;
  /** Where the gradual deploy stands that this was, began or ended; null when it was none. */
  readonly gradual: GradualSummary | null;
  readonly calls: number;
  readonly durationMs: number;
  /** When the API says the live deployment was made, ISO 8601; only where it was read after the last step. */
  readonly deployedAt?: string;
  /** Path of the record, relative to the root; null when none was written. */
  readonly record: string | null;
  /** Why the record could not be finished, so that what it says is old; null when it could. */
  readonly recordError: string | null;
  readonly error: ErrorJson | null;
}
