import { putZoneRoute } from '../cloudflare/routes.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { readTeardown } from '../teardown/plan.ts';
import type { Removal, RemovalContext } from '../teardown/removals.ts';
import { takeAway } from '../teardown/take-away.ts';

/**
 * Gives what leads to an old Worker to a new one of the same account, as far as the new one's deploy cannot do that itself:
 * routes in one call each, so that they always lead to a Worker; of consumers a queue has one, so the old one's goes first.
 * Custom domains are taken over by the deploy. What the new one does not want goes with the old one.
 *
 * @returns gives it back; what cannot be is told as a notice
 * @throws DeployError when it cannot; then all of it is as it was
 */
export async function handOver(before: TenantContext, to: ResolvedWorker): Promise<() => Promise<void>> {
  const { removals, owned } = await readTeardown(before, { keeps: () => null });
  const undo: (readonly [string, () => Promise<unknown>])[] = [];
  const giveBack = async (): Promise<void> => {
    for (const [name, work] of undo.splice(0).toReversed()) {
      await work().catch((error: Error) => {
        const message = `could not put back ${name}: ${error.message}`;
        before.world.emit({ type: 'notice', tenant: before.worker.tenant, message });
      });
    }
  };
  const { outcomes, error } = await takeConsumers(before, removals);
  for (const { removal } of outcomes)
    undo.push([removal.name, async () => removal.work?.restore?.(clients(before.recovery))]);
  // It has put back what it took.
  if (error !== null) throw error;
  const wanted = new Set((to.triggers.routes ?? []).map(({ pattern }) => pattern));
  try {
    for (const { id, zoneId, pattern } of owned.routes.filter((route) => wanted.has(route.pattern))) {
      const give = (context: TenantContext['api'], script: string): Promise<void> =>
        putZoneRoute(context.writer, zoneId, { id, pattern, script });
      undo.push([`route ${pattern}`, () => give(before.recovery, before.worker.scriptName)]);
      await give(before.api, to.scriptName);
    }
  } catch (thrown) {
    await giveBack();
    throw thrown;
  }
  return giveBack;
}

function takeConsumers(context: TenantContext, removals: readonly Removal[]): ReturnType<typeof takeAway> {
  const consumers = removals.filter(({ kind }) => kind === 'queue-consumer');
  return takeAway(consumers, {
    context: clients(context.api),
    recovery: clients(context.recovery),
    signal: context.world.signal,
    exists: async () => true,
    onProgress: async () => {},
    onStep: () => {},
  });
}

function clients({ reader, writer }: TenantContext['api']): RemovalContext {
  return { reader, writer };
}
