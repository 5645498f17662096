import type { ScriptDocument, VersionDocument } from '../../store/model/scripts.ts';
import type { RuntimeView } from '../contract.ts';
import { primaryVersion } from './live-versions.ts';
import { moreSpecific, routeMatches } from './route-pattern.ts';

/** Where a request goes. */
export type Destination =
  /** The script answers; `preview` names the one version a preview URL stands for. */
  | { kind: 'worker'; script: ScriptDocument; preview: VersionDocument | null }
  /** A workers.dev name without a Worker behind it that may be reached there. */
  | { kind: 'nothing-here' }
  /** A host of a zone without Worker for this URL: Cloudflare would ask the origin, and there is none here. */
  | { kind: 'no-origin' };

/**
 * Finds what answers a URL: `<worker>.<subdomain>.workers.dev` or `….localhost` and their preview names, routes, custom
 * domains. Routes come before custom domains (docs, "Routes").
 * @returns null when the host is none of ours.
 */
export function findDestination(view: RuntimeView, url: URL): Destination | null {
  const host = url.hostname.toLowerCase();
  const dev = /^([a-z0-9_-]+)\.([a-z0-9-]+)\.(?:workers\.dev|localhost)$/.exec(host);
  if (dev !== null) return onWorkersDev(view, dev[2] ?? '', dev[1] ?? '');
  return onRoute(view, url) ?? onCustomDomain(view, host) ?? ofKnownZone(view, host);
}

function onWorkersDev(view: RuntimeView, subdomain: string, label: string): Destination | null {
  for (const account of view.accounts()) {
    if (account.subdomain !== subdomain) continue;
    const script = view.script(account.id, label);
    if (script !== undefined) {
      const reachable = script.subdomain.enabled && primaryVersion(script) !== undefined;
      return reachable ? { kind: 'worker', script, preview: null } : { kind: 'nothing-here' };
    }
    return onPreview(view, account.id, label) ?? { kind: 'nothing-here' };
  }
  return null;
}

/** `<first 8 of the version id>-<worker>` or `<alias>-<worker>`. Source: docs, "Version URLs". */
function onPreview(view: RuntimeView, accountId: string, label: string): Destination | null {
  for (let dash = label.indexOf('-'); dash !== -1; dash = label.indexOf('-', dash + 1)) {
    const script = view.script(accountId, label.slice(dash + 1));
    if (script === undefined || !script.subdomain.previewsEnabled) continue;
    const preview = previewVersion(script, label.slice(0, dash));
    if (preview !== undefined) return { kind: 'worker', script, preview };
  }
  return null;
}

function previewVersion(script: ScriptDocument, prefix: string): VersionDocument | undefined {
  const newestWith = (test: (version: VersionDocument) => boolean): VersionDocument | undefined =>
    script.versions.findLast((version) => version.hasPreview && test(version));
  return (
    newestWith((version) => prefix.length === 8 && version.id.startsWith(prefix)) ??
    newestWith((version) => version.annotations['workers/alias'] === prefix)
  );
}

function onRoute(view: RuntimeView, url: URL): Destination | null {
  const [route] = [...view.routes()]
    .filter(({ pattern }) => routeMatches(pattern, url))
    .toSorted((one, other) => moreSpecific(one.pattern, other.pattern));
  if (route === undefined) return null;
  return route.script === null ? { kind: 'no-origin' } : toScript(view, route.accountId, route.script);
}

function onCustomDomain(view: RuntimeView, host: string): Destination | null {
  for (const domain of view.customDomains()) {
    if (domain.hostname === host && domain.enabled) return toScript(view, domain.accountId, domain.service);
  }
  return null;
}

function toScript(view: RuntimeView, accountId: string, name: string): Destination {
  const script = view.script(accountId, name);
  if (script === undefined || primaryVersion(script) === undefined) return { kind: 'no-origin' };
  return { kind: 'worker', script, preview: null };
}

function ofKnownZone(view: RuntimeView, host: string): Destination | null {
  const inZone = (zone: string): boolean => host === zone || host.endsWith(`.${zone}`);
  for (const { zoneName } of view.routes()) if (inZone(zoneName)) return { kind: 'no-origin' };
  for (const { zoneName } of view.customDomains()) if (inZone(zoneName)) return { kind: 'no-origin' };
  return null;
}
