import type { AccountReads } from '../../cloudflare/account-reads.ts';
import type { ReadClient } from '../../cloudflare/client/calls.ts';
import type { Git } from '../../session/git.ts';
import type { Plan } from '../plan.ts';
import type { FoundSplit } from './split.ts';

/** What the checks may look at. */
export interface PreflightInputs {
  readonly plan: Plan;
  readonly reader: ReadClient;
  readonly account: AccountReads;
  readonly git: Git;
  /** Commit the deploy is made from; null outside git. */
  readonly commit: string | null;
  /** Whether a secret has a value here. */
  readonly hasSecret: (name: string) => boolean;
  readonly takeOver: boolean;
  readonly takeOverSplit: boolean;
  /** A split of the traffic that somebody left. */
  readonly split: FoundSplit | null;
  readonly force: boolean;
}
