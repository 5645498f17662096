import type { ReadClient } from '../cloudflare/client/calls.ts';
import { activeDeployment } from '../cloudflare/deployments.ts';
import type { Deployment } from '../cloudflare/shapes.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import { askedChange, type ReportedChange } from '../sections/meaning.ts';
import type { Secret } from '../security/secret.ts';
import type { TenantContext } from '../session/tenant-context.ts';

/** New values by name; null deletes. */
export type SecretChanges = Readonly<Record<string, Secret | null>>;

/** What a change of secrets would do, and what it was made against. Names only: values travel beside it. */
export interface SecretsPlan {
  readonly tenant: string;
  readonly environment: string | null;
  readonly scriptName: string;
  readonly changes: readonly ReportedChange[];
  readonly steps: readonly { readonly kind: 'secrets'; readonly description: string }[];
  /** Names that exist. */
  readonly before: readonly string[];
  /** Live when it was made; null in a dispatch namespace, which has no deployments. */
  readonly live: Deployment | null;
}

/**
 * Plans a change of secrets. Only reads.
 *
 * @param before names that exist
 */
export async function planSecrets(
  { worker, api }: TenantContext,
  changes: SecretChanges,
  before: readonly string[],
): Promise<SecretsPlan> {
  return {
    tenant: worker.tenant,
    environment: worker.environment,
    scriptName: worker.scriptName,
    changes: Object.entries(changes).map(([key, secret]) => secretChange(key, secret, before)),
    steps: [{ kind: 'secrets', description: describe(changes) }],
    before,
    live: await liveDeployment(api.reader, worker),
  };
}

/** The live deployment; null in a dispatch namespace, which has none. */
export async function liveDeployment(reader: ReadClient, worker: ResolvedWorker): Promise<Deployment | null> {
  return worker.dispatchNamespace === null ? activeDeployment(reader, worker.scriptName) : null;
}

/** The name as a difference; its value is nobody's business. */
function secretChange(key: string, secret: Secret | null, before: readonly string[]): ReportedChange {
  return askedChange(
    {
      section: 'secrets',
      key,
      field: null,
      desired: secret === null ? null : 'present',
      actual: before.includes(key) ? 'present' : null,
    },
    secret === null ? { destructive: true, irreversible: false, words: `the value of ${key} is lost` } : null,
  );
}

function describe(changes: SecretChanges): string {
  return Object.entries(changes)
    .map(([name, secret]) => `${secret === null ? 'delete' : 'set'} ${name}`)
    .join(', ');
}
