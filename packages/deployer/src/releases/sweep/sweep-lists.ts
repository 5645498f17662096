import type { ResolvedWorker } from '../../resolve/resolved-worker.ts';
import type { TenantContext } from '../../session/tenant-context.ts';

/** Whether the files say anything that lists of the account show without saying when it was changed. */
export function hasDeclaredLists({ triggers }: ResolvedWorker): boolean {
  const { routes, customDomains, queueConsumers, workflows } = triggers;
  return [routes, customDomains, queueConsumers, workflows].some((list) => list !== undefined);
}

/**
 * What the account-wide lists say of a Worker, as far as its files declare it: each list is one call for all targets, the
 * routes one for each zone.
 * @throws Error for a route whose zone is not said: nobody can tell where to look
 */
export async function declaredLists({ worker, account, api }: TenantContext): Promise<object> {
  const { scriptName, triggers } = worker;
  const { reader } = api;
  const [domains, queues, workflows] = await Promise.all([
    triggers.customDomains === undefined ? null : account.domains(reader),
    triggers.queueConsumers === undefined ? null : account.queues(reader),
    triggers.workflows === undefined ? null : account.workflows(reader),
  ]);
  return {
    domains: domains?.filter(({ service }) => service === scriptName) ?? null,
    queues:
      queues?.filter(({ consumers }) => consumers.some((consumer) => consumer.scriptName === scriptName)) ??
      null,
    workflows: workflows?.filter((workflow) => workflow.scriptName === scriptName) ?? null,
    routes: triggers.routes === undefined ? null : await routesOf({ worker, account, api }),
  };
}

async function routesOf({
  worker,
  account,
  api,
}: Pick<TenantContext, 'worker' | 'account' | 'api'>): Promise<readonly string[]> {
  const zones = new Set<string>();
  for (const { zoneId: id, zoneName: name } of worker.triggers.routes ?? []) {
    const zone = id ?? (name === undefined ? undefined : (await account.zone(api.reader, name))?.id);
    if (zone === undefined) throw new Error('the zone of a route is not known');
    zones.add(zone);
  }
  const routes = await Promise.all([...zones].map((zone) => account.zoneRoutes(api.reader, zone)));
  return routes
    .flat()
    .filter(({ script }) => script === worker.scriptName)
    .map(({ pattern }) => pattern)
    .toSorted();
}
