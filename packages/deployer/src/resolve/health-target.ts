import { isMetadataAddress, isPublicName, plainHostname } from '../security/public-address.ts';
import { isAllowedBy, parseAllowedHost } from '../shapes/allowed-host.ts';
import type { Triggers } from './resolved-worker.ts';

/** What decides which hosts a health check may ask. */
export interface HealthTargetFacts {
  /** Null for a Worker without a workers.dev name (dispatch namespace). */
  readonly scriptName: string | null;
  /** The account's workers.dev subdomain; null when there is none or it is not known. */
  readonly subdomain: string | null;
  readonly triggers: Pick<Triggers, 'routes' | 'customDomains'>;
  /** `healthHosts` of the project. */
  readonly allowedHosts: readonly string[];
}

/** Names under which clouds give credentials to whoever asks. */
const METADATA_NAMES = ['metadata', 'metadata.google.internal', 'metadata.goog', 'instance-data'];

/**
 * Why a health check must not ask a URL; null when it may. The URL comes from a tenant's file, which must not choose what
 * this machine talks to: only hosts of the Worker itself, over https, and those that the project allows.
 */
export function healthTargetProblem(url: URL, facts: HealthTargetFacts): string | null {
  const hostname = plainHostname(url);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'it is neither http nor https';
  if (url.username !== '' || url.password !== '') return 'it has a user name or password in it';
  if (isMetadataAddress(hostname) || METADATA_NAMES.some((name) => isNameOrBelow(hostname, name))) {
    return 'it is the metadata service of a cloud, which is never asked';
  }
  if (facts.allowedHosts.some((entry) => allows(entry, url))) return null;
  if (!isPublicName(hostname)) return 'its host is an address or a local name';
  if (!isOwnHost(hostname, facts)) return `${hostname} is no host of this Worker`;
  if (url.protocol !== 'https:') return 'it is not https';
  return url.port === '' ? null : 'it has a port of its own';
}

/** Whether a host is the Worker's: a custom domain, a host of a route, its workers.dev name or that of a version. */
export function isOwnHost(hostname: string, facts: HealthTargetFacts): boolean {
  const { triggers, scriptName, subdomain } = facts;
  if ((triggers.customDomains ?? []).some((domain) => lower(domain.hostname) === hostname)) return true;
  if ((triggers.routes ?? []).some(({ pattern }) => isHostOfRoute(hostname, pattern))) return true;
  return scriptName !== null && subdomain !== null && isWorkersDevName(hostname, scriptName, subdomain);
}

/** `name.subdomain.workers.dev`, or with the first eight digits of a version before it. Source: Version URLs. */
function isWorkersDevName(hostname: string, scriptName: string, subdomain: string): boolean {
  const own = lower(`${scriptName}.${subdomain}.workers.dev`);
  return (
    hostname === own ||
    (hostname.endsWith(`-${own}`) && /^[0-9a-f]{8}-/.test(hostname) && hostname.length === own.length + 9)
  );
}

/** A pattern's host may begin with `*`; one that takes in whole top-level domains is taken as no host. */
function isHostOfRoute(hostname: string, pattern: string): boolean {
  const host = lower(pattern.replace(/^https?:\/\//i, '').split('/')[0] ?? '');
  if (!host.includes('*')) return host === hostname;
  const rest = host.replace(/^\*\.?/, '');
  return rest.includes('.') && !rest.includes('*') && isNameOrBelow(hostname, rest);
}

function allows(entry: string, url: URL): boolean {
  const allowed = parseAllowedHost(entry);
  return allowed !== null && isAllowedBy(allowed, url);
}

function isNameOrBelow(hostname: string, name: string): boolean {
  return hostname === name || hostname.endsWith(`.${name}`);
}

function lower(text: string): string {
  return text.toLowerCase();
}
