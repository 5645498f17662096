import type { TenantContext } from '../../session/tenant-context.ts';
import { askStore } from '../../session/open-store.ts';

/** Forgets what releases remember of a Worker: it is about to change, and the next release looks at it. */
export function forgetSeen({ world, worker }: Pick<TenantContext, 'world' | 'worker'>): void {
  askStore(world, (store) => store.forget(worker.accountId, worker.scriptName), undefined);
}
