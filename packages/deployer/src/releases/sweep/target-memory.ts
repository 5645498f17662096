import type { AccountReads } from '../../cloudflare/account-reads.ts';
import type { Release } from '../../plan/plan.ts';
import { prepareRelease } from '../../plan/prepare.ts';
import { fromRememberedText, type LiveMemory, rememberedText } from '../../sections/live-memory.ts';
import { digestOf } from '../../sections/marker.ts';
import type { TenantContext } from '../../session/tenant-context.ts';
import type { SeenTarget } from '../../store/release.ts';
import type { ReleaseStore } from '../../store/release-store.ts';
import type { AccountView } from './account-view.ts';
import { declaredLists } from './sweep-lists.ts';

/** What the memory of one target stands on. */
export interface MemoryOptions {
  readonly store: ReleaseStore;
  readonly view: () => Promise<AccountView>;
  /** What is remembered of the target, if its account shows it untouched. @throws when the account cannot be read */
  readonly untouched: () => Promise<SeenTarget | null>;
  /** Told when the target was deployed. */
  readonly onDeployed: () => void;
}

/** The memory of one target, kept in the store. What cannot be known is read, so it never throws. */
export function memoryOf(context: TenantContext, options: MemoryOptions): LiveMemory {
  const { store, view, untouched, onDeployed } = options;
  const { accountId, scriptName } = context.worker;
  /** From before the look. */
  let before: AccountView | null = null;
  return {
    async recall() {
      before = await view().catch(() => null);
      const seen = await untouched().catch(() => null);
      return seen === null ? null : fromRememberedText(store.recall(accountId, scriptName) ?? '');
    },
    async keep(live, inSync) {
      if (live.basis === 'remembered') return;
      const deployedOn = Date.parse(live.deployment?.createdOn ?? '');
      const text = rememberedText(live);
      if (text === null || Number.isNaN(deployedOn)) return;
      // Somebody wrote a secret into a plain variable: such a Worker is read each time, and no file has it.
      if (context.world.redactor.holds(text)) return;
      if (live.basis === 'applied') onDeployed();
      const lists = before === null ? null : await listsDigest(context, before.lists).catch(() => null);
      if (before === null || lists === null) return;
      const wanted = inSync ? wantedDigest(await prepareRelease(context)) : null;
      // Only a row from before the look proves that nothing came between the two.
      const row = live.basis === 'applied' ? null : (before.rows.get(scriptName) ?? null);
      store.remember(
        { accountId, scriptName, wanted, deployedOn, row, lists, versionId: live.version?.id ?? null },
        text,
      );
    },
  };
}

/** Digest of everything the files want of a target. */
export function wantedDigest({ desired, worker: { keepVars, drift, secrets } }: Release): string {
  return digestOf({ desired, keepVars, drift, secrets });
}

/** Digest of what the account-wide lists say of a target. @throws for a route whose zone is not said */
export async function listsDigest(context: TenantContext, lists: AccountReads): Promise<string> {
  return digestOf(await declaredLists({ ...context, account: lists }));
}

/** The same, for a command that is to read everything: it is told what was read, and gives nothing. */
export function onlyTold(memory: LiveMemory): LiveMemory {
  return {
    async recall() {
      await memory.recall();
      return null;
    },
    keep: memory.keep,
  };
}
