import { failureOfError, type Judged } from '../commands/command.ts';
import type { DestroyResult } from '../commands/destroy.ts';
import type { ErrorJson } from '../errors.ts';
import type { SwitchedWorker } from './switch-over.ts';

// Apart from the command: whoever judges results need not load how files and Workers are changed.

/** What became of a change of tenants. */
export interface TenantResult {
  readonly tenant: string;
  readonly status: 'done' | 'planned' | 'failed';
  readonly files: readonly string[];
  readonly destroyed: readonly DestroyResult[];
  readonly switched: readonly SwitchedWorker[];
  readonly notes: readonly string[];
  /** Path of the record of a rename or a move; each deploy and destruction has its own. */
  readonly record: string | null;
  readonly error: ErrorJson | null;
}

/** How what became of it is judged. */
export const tenantCommand: Judged<TenantResult> = {
  failure: failureOfError,
  wrote: ({ destroyed, switched }) => destroyed.length + switched.length > 0,
};

/** What a result says of Workers where none was touched. */
export const NO_WORKERS = { destroyed: [], switched: [], notes: [], record: null, error: null } as const;
