import type { TenantContext } from './tenant-context.ts';
import { workerUrl } from './worker-url.ts';

/** The account's workers.dev subdomain: as the tenant declares it, else asked for once per run. */
export async function subdomainOf({ worker, api, account }: TenantContext): Promise<string | null> {
  return worker.accountSubdomain ?? account.subdomain(api.reader);
}

/** The Worker's public URL; null when nothing makes it reachable. */
export async function urlOf(context: TenantContext): Promise<string | null> {
  const { worker } = context;
  const needed =
    worker.dispatchNamespace === null &&
    worker.triggers.workersDev &&
    (worker.triggers.customDomains ?? []).length === 0;
  return workerUrl(worker, needed ? await subdomainOf(context) : null);
}
