import type { ResolvedWorker } from '../resolve/resolved-worker.ts';

/**
 * Public URL of the Worker, without a path: a custom domain, else workers.dev, else a route whose host has no wildcard.
 * Null when nothing makes it reachable.
 *
 * @param subdomain the account's workers.dev subdomain, null when it has none
 */
export function workerUrl(worker: ResolvedWorker, subdomain: string | null): string | null {
  if (worker.dispatchNamespace !== null) return null;
  const domain = worker.triggers.customDomains?.find(({ enabled }) => enabled !== false);
  if (domain !== undefined) return `https://${domain.hostname}`;
  if (worker.triggers.workersDev && subdomain !== null) {
    return `https://${worker.scriptName}.${subdomain}.workers.dev`;
  }
  const hosts = (worker.triggers.routes ?? []).map(({ pattern }) => pattern.replace(/^https?:\/\//, ''));
  const host = hosts.map((pattern) => pattern.split('/')[0] ?? '').find((name) => !name.includes('*'));
  return host === undefined || host === '' ? null : `https://${host}`;
}

/** URL of one version, answered by it alone. Source: Version URLs: first eight digits of the id. */
export function versionUrl(worker: ResolvedWorker, subdomain: string, versionId: string): string {
  return `https://${versionId.slice(0, 8)}-${worker.scriptName}.${subdomain}.workers.dev`;
}
