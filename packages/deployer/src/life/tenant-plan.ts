import type { DestroyPlan } from '../commands/destroy.ts';
import { ConfigError } from '../errors.ts';

/** What a change of tenants would do, shown before it is done. */
export interface TenantPlan {
  readonly tenant: string;
  /** Changes of the project's files, one line each. */
  readonly files: readonly string[];
  /** Workers that are destroyed. */
  readonly destroys: readonly DestroyPlan[];
  /** Workers that go elsewhere: from, to. */
  readonly switches: readonly { readonly from: string; readonly to: string }[];
  /** What the reader should know. */
  readonly notes: readonly string[];
}

/** How a change of tenants is agreed to. */
export interface TenantChangeOptions {
  /** Only says what would be done. @default false */
  readonly dryRun?: boolean;
  /** The tenant's id once more; destroying in a protected environment demands it. */
  readonly confirmTenant?: string;
  readonly confirm?: (plan: TenantPlan) => Promise<boolean>;
}

/** Asks, where there is somebody to ask. @throws ConfigError NOT_CONFIRMED */
export async function agree(plan: TenantPlan, confirm: TenantChangeOptions['confirm']): Promise<void> {
  if ((await confirm?.(plan)) ?? true) return;
  throw new ConfigError('NOT_CONFIRMED', 'Nothing was changed: it was not confirmed.', {
    hint: 'Look at --dry-run, and add --yes to go on without the question.',
  });
}
