import { createBudget, type CallBudget } from '../cloudflare/client/budget.ts';
import { memoryLedger, type CallLedger } from '../cloudflare/client/call-ledger.ts';
import type { Secret } from '../security/secret.ts';
import { openSqliteLedger } from '../store/sqlite-ledger.ts';
import { remember } from '../remember.ts';
import type { DeployEvent } from './events.ts';

/** How many calls each token may make, and when. */
export interface Budgets {
  /** One budget per token, for as long as the deployer lives. */
  budget(token: Secret): CallBudget;
  /** Likewise, but counted together with every other process of this machine that works on many tenants. */
  sharedBudget(token: Secret): CallBudget;
}

/** Makes the budgets; those that are shared are counted in the store. */
export function createBudgets({
  emit,
  storeFile,
  ...clock
}: {
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal | undefined;
  readonly emit: (event: DeployEvent) => void;
  /** SQLite file. */
  readonly storeFile: string;
}): Budgets {
  const budgets = new Map<string, CallBudget>();
  const sharedBudgets = new Map<string, CallBudget>();
  const pacing = {
    ...clock,
    onWaiting: (ms: number, why: string): void => emit({ type: 'waiting', tenant: null, ms, why }),
  };
  return {
    budget: (token) => remember(budgets, token.open(), () => createBudget(pacing)),
    sharedBudget: (token) =>
      remember(sharedBudgets, token.open(), () =>
        createBudget({ ...pacing, ledger: sharedLedger(storeFile, token, emit) }),
      ),
  };
}

/** The ledger in the store; in memory where no file can be written, which is said. */
function sharedLedger(file: string, token: Secret, emit: (event: DeployEvent) => void): CallLedger {
  try {
    return openSqliteLedger(file, token);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `calls are counted for this process alone: ${file} cannot be used (${why})`;
    emit({ type: 'notice', tenant: null, message });
    return memoryLedger();
  }
}
