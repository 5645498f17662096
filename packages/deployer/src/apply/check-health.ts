import type { HealthReport } from '../health/report.ts';
import { skippedHealth, watchHealth } from '../health/watch.ts';
import { healthTargetProblem } from '../resolve/health-target.ts';
import type { HealthCheck } from '../resolve/resolved-worker.ts';
import { noHealthCheck } from './no-health-check.ts';
import { plainHostname } from '../security/public-address.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { versionUrl } from '../session/worker-url.ts';
import { subdomainOf } from '../session/public-url.ts';
import { compact } from '../json.ts';

/** Asks for versions by Worker name. Source: Gradual deployments, version overrides. */
const OVERRIDES_HEADER = 'Cloudflare-Workers-Version-Overrides';

/** Attempts at a version's own URL: it has nothing to spread but itself. */
const VERSION_ATTEMPTS = 3;

/**
 * Asks one version before it has traffic: at its own URL, where whatever answers is that version, or staged beside the
 * live one at the Worker's URL, where a header asks for it.
 *
 * @param stagedAt the Worker's URL, when it is staged
 */
export async function checkVersion(
  context: TenantContext,
  versionId: string,
  stagedAt: string | null,
): Promise<HealthReport> {
  if (stagedAt !== null) return checkStaged(context, versionId, stagedAt);
  const { worker, world } = context;
  const subdomain = await subdomainOf(context);
  if (worker.health === false || subdomain === null) return skippedHealth('the version has no URL');
  const check = { ...opened(context, worker.health), url: null };
  const baseUrl = versionUrl(worker, subdomain, versionId);
  return watchHealth({
    ...(await watching(context, check, baseUrl)),
    check,
    baseUrl,
    expected: { versionId, pinned: true },
    attempts: Math.min(VERSION_ATTEMPTS, worker.health.attempts),
    signal: world.signal,
  });
}

/** Longest that a version without traffic is asked for, ms: what cannot be told then is told by the check after. */
const STAGED_DEADLINE_MS = 30_000;

/**
 * Edges that have not heard of the staging yet answer with the old version: then it is asked again, for a while that is
 * bounded, because the check after it has traffic takes as long once more.
 */
async function checkStaged(context: TenantContext, versionId: string, url: string): Promise<HealthReport> {
  const { worker, world } = context;
  if (worker.health === false) return noHealthCheck(worker);
  const whole = opened(context, worker.health);
  const check = {
    ...whole,
    deadlineMs: Math.min(whole.deadlineMs, STAGED_DEADLINE_MS),
    headers: { ...whole.headers, [OVERRIDES_HEADER]: `${worker.scriptName}="${versionId}"` },
  };
  return watchHealth({
    ...(await watching(context, check, url)),
    check,
    baseUrl: url,
    expected: { versionId, pinned: false },
    attempts: check.attempts,
    signal: world.signal,
  });
}

/** Whether the Worker answers as its check wants, and from the version given. */
export async function checkHealth(
  context: TenantContext,
  options: {
    readonly url: string | null;
    readonly versionId: string | null;
    readonly verify: boolean;
    /** Fewer than the check says, where nothing has to spread; one good answer is enough then. */
    readonly attempts?: number;
  },
): Promise<HealthReport> {
  const { worker, world } = context;
  if (!options.verify) return skippedHealth('not asked for');
  if (worker.health === false) return noHealthCheck(worker);
  if (worker.dispatchNamespace !== null && worker.health.url === null) {
    return skippedHealth(
      'Workers in a dispatch namespace have no URL of their own; set healthCheck.url to ask one',
    );
  }
  world.emit({ type: 'stage', tenant: worker.tenant, stage: 'health' });
  return watchHealth({
    ...(await watching(context, worker.health, options.url)),
    check: opened(context, worker.health),
    baseUrl: options.url,
    expected: { versionId: options.versionId, pinned: false },
    ...compact({ attempts: options.attempts }),
    signal: world.signal,
  });
}

/** The check with the values of its secret headers. One without a value here is not sent: a deploy is refused before. */
function opened({ secretValue }: TenantContext, check: HealthCheck): HealthCheck {
  const sent = Object.entries(check.secretHeaders).flatMap(([name, { secret, prefix }]) => {
    const value = secretValue(secret);
    return value === undefined ? [] : [[name, `${prefix}${value.open()}`] as const];
  });
  return { ...check, headers: { ...check.headers, ...Object.fromEntries(sent) } };
}

async function watching(context: TenantContext, check: HealthCheck, baseUrl: string | null) {
  const { worker, world } = context;
  const subdomain = await subdomainFor(context, check.url ?? baseUrl);
  return {
    fetch: world.workerFetch,
    now: world.now,
    sleep: world.sleep,
    redact: (text: string): string => world.redactor.text(text),
    refuse: (url: URL): string | null =>
      healthTargetProblem(url, {
        scriptName: worker.dispatchNamespace === null ? worker.scriptName : null,
        subdomain,
        triggers: worker.triggers,
        allowedHosts: check.allowedHosts,
      }),
    onAttempt: (attempt: number, message: string): void =>
      world.emit({ type: 'health', tenant: worker.tenant, attempt, message }),
  };
}

/** The account is asked for its subdomain only where that decides. One that cannot be read allows nothing. */
async function subdomainFor(context: TenantContext, url: string | null): Promise<string | null> {
  if (url === null || !URL.canParse(url)) return null;
  if (!plainHostname(new URL(url)).endsWith('.workers.dev')) return null;
  return subdomainOf(context).catch(() => null);
}
