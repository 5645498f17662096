import type { HealthCheck, ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { LiveWorker } from '../sections/live.ts';
import type { Strategy, VerifyBefore } from '../shapes/traffic-schema.ts';

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
  /**
   * `auto`: where a configured check tells which version answered, no Durable Object of the Worker takes part in the
   * answer, and no target of the same release was well with the same code.
   * `always`: also where neither is so. Where Cloudflare does not allow it, neither does.
   */
  readonly verifyBefore: VerifyBefore;
  /** The same code is live and well on a target of the same release. */
  readonly provenCode: boolean;
  /** How the new version is to get its traffic. */
  readonly strategy: Strategy;
  /** The version has a URL of its own, which costs nothing to ask. */
  readonly hasVersionUrl: boolean;
}

/** Pure. */
export function beforeTraffic(inputs: BeforeTrafficInputs): BeforeTraffic {
  if (inputs.upload === 'none') return { checked: false, why: null };
  const why = inputs.hasVersionUrl ? null : whyNot(inputs);
  return { checked: why === null, why };
}

function whyNot(inputs: BeforeTrafficInputs): string | null {
  const { worker, live, upload, url, verifyBefore } = inputs;
  const { health } = worker;
  if (!live.exists) return 'it is the first deploy, which is live with its upload';
  if (upload === 'script') return 'what it changes goes live with its upload (migrations, exports, format)';
  if (verifyBefore === 'never') return 'it is switched off';
  if (health === false) return 'the tenant declares no health check';
  if (live.deployment === null) return 'no version is deployed beside which it could be put';
  if (live.deployment.versions.length > 1) return 'the traffic is split already';
  // Source: Gradual deployments: versions of one deployment must have the same exports.
  if (worker.exports !== null) return 'versions with exports of different classes cannot share a deployment';
  if (health.url !== null) return 'healthCheck.url is not an address of the Worker itself';
  if (url === null) return 'the Worker has no URL';
  return verifyBefore === 'auto' ? whyNotNeeded(inputs, health) : null;
}

/** Where it would cost its write for little, or could hold up the very deploy that mends what is live. */
function whyNotNeeded(
  { worker, provenCode, strategy }: BeforeTrafficInputs,
  health: HealthCheck,
): string | null {
  if (health.versionFrom === null) {
    return 'the health check does not tell which version answered; set healthCheck.versionFrom';
  }
  // Source: Gradual deployments, "With Durable Objects": each object runs one version, chosen by the percentages.
  if (hasOwnObjects(worker)) return 'its Durable Objects would still run the code of the live version';
  if (strategy === 'gradual') return 'its first step asks it by its name, with a share of the traffic';
  return provenCode ? 'the same code is live and well on another target of this release' : null;
}

/** Whether Durable Objects run its own code, not another script's. */
function hasOwnObjects({ bindings, scriptName }: ResolvedWorker): boolean {
  return bindings.some(
    (binding) =>
      binding.type === 'durable_object_namespace' && (binding['script_name'] ?? scriptName) === scriptName,
  );
}
