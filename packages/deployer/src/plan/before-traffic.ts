import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { LiveWorker } from '../sections/live.ts';

/**
 * When a new version is asked before it has traffic. `auto`: where a configured check tells which version answered.
 * `always`: also where it does not tell. Where Cloudflare does not allow it, neither does.
 */
export type VerifyBefore = 'auto' | 'always' | 'never';

/** Whether the new version is asked before it has traffic, and if not, why. */
export interface BeforeTraffic {
  readonly checked: boolean;
  /** Null when it is, and when nothing is uploaded. */
  readonly why: string | null;
}

/** What decides it. */
export interface BeforeTrafficInputs {
  readonly worker: ResolvedWorker;
  readonly live: LiveWorker;
  readonly upload: 'version' | 'script' | 'none';
  /** The Worker's URL; null when nothing makes it reachable, or nobody looked. */
  readonly url: string | null;
  readonly verifyBefore: VerifyBefore;
  /** The version has a URL of its own, which costs nothing to ask. */
  readonly hasVersionUrl: boolean;
}

/** Pure. */
export function beforeTraffic(inputs: BeforeTrafficInputs): BeforeTraffic {
  if (inputs.upload === 'none') return { checked: false, why: null };
  const why = inputs.hasVersionUrl ? null : whyNot(inputs);
  return { checked: why === null, why };
}

function whyNot({ worker, live, upload, url, verifyBefore }: BeforeTrafficInputs): string | null {
  const { health } = worker;
  if (!live.exists) return 'it is the first deploy, which is live with its upload';
  if (upload === 'script') return 'what it changes goes live with its upload (migrations, exports, format)';
  if (verifyBefore === 'never') return 'it was not asked for';
  if (health === false) return 'the tenant declares no health check';
  if (live.deployment === null) return 'no version is deployed beside which it could be put';
  if (live.deployment.versions.length > 1) return 'the traffic is split already';
  // Source: Gradual deployments: versions of one deployment must have the same exports.
  if (worker.exports !== null) return 'versions with exports of different classes cannot share a deployment';
  if (health.url !== null) return 'healthCheck.url is not an address of the Worker itself';
  if (url === null) return 'the Worker has no URL';
  if (verifyBefore === 'auto' && health.versionFrom === null) {
    return 'the health check does not tell which version answered; set healthCheck.versionFrom';
  }
  return null;
}
