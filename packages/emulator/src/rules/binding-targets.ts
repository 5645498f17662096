import { failure } from '../api/errors.ts';
import type { ApiFailure } from '../api/errors.ts';
import { keyOf, scriptKey } from '../store/documents.ts';
import type { DurableObjectNamespaceDocument, ScriptDocument, StoredBinding } from '../store/model.ts';
import type { Reader } from '../store/store.ts';
import { isHexId } from './account/names.ts';
import type { Json } from '../json.ts';

/** The script that binds, as it will be after the upload. */
export interface BindingOwner {
  accountId: string;
  plan: 'free' | 'paid';
  scriptName: string;
  dispatchNamespace: string | null;
  /** Durable Object namespaces after the upload's migrations. */
  durableObjectNamespaces: readonly DurableObjectNamespaceDocument[];
  /** True when the script exists already: only then may it bind itself. */
  exists: boolean;
  /** Classes that declarative exports will provision when the version is deployed. */
  declaredClasses: readonly string[];
}

type TargetCheck = (binding: StoredBinding, owner: BindingOwner, reader: Reader) => ApiFailure | null;

/** Which kinds point at something that must exist. */
const CHECKS: Record<string, TargetCheck> = {
  kv_namespace: (binding, owner, reader) => {
    const id = text(binding, 'namespace_id');
    if (!isHexId(id)) return failure('bindingKvMalformed', `KV namespace '${id.slice(0, 64)}' is not valid.`);
    return reader.get('kv', keyOf(owner.accountId, id)) === undefined
      ? failure('bindingKvMissing', `KV namespace '${id}' not found.`)
      : null;
  },
  r2_bucket: (binding, owner, reader) => {
    const bucket = reader.get(
      'r2',
      r2Key(owner.accountId, text(binding, 'bucket_name'), binding['jurisdiction']),
    );
    return bucket === undefined
      ? failure('bindingR2Missing', `R2 bucket '${text(binding, 'bucket_name')}' not found.`)
      : null;
  },
  d1: (binding, owner, reader) => {
    const id = text(binding, 'id') || text(binding, 'database_id');
    if (!/^[0-9a-f-]{36}$/.test(id)) {
      return failure(
        'invalidRequest',
        `binding ${binding.name} of type d1 must have a valid \`id\` specified`,
      );
    }
    return reader.get('d1', keyOf(owner.accountId, id)) === undefined
      ? failure('bindingD1Missing', `D1 database '${id}' not found.`)
      : null;
  },
  queue: (binding, owner, reader) =>
    reader.list('queue', owner.accountId).some((queue) => queue.name === binding['queue_name'])
      ? null
      : failure('bindingQueueMissing', `Queue '${text(binding, 'queue_name')}' not found.`),
  service: (binding, owner, reader) => {
    const service = text(binding, 'service');
    const self = service === owner.scriptName && owner.dispatchNamespace === null && owner.exists;
    if (self || reader.get('script', scriptKey(owner.accountId, service)) !== undefined) return null;
    return binding['environment'] === undefined || binding['environment'] === 'production'
      ? failure(
          'serviceMissing',
          `Could not resolve service binding '${binding.name}'. Target script '${service}' not found.`,
        )
      : failure('serviceEnvironmentMissing', `Service '${service}' has no such environment.`);
  },
  durable_object_namespace: checkDurableObject,
  hyperdrive: (binding, owner, reader) =>
    reader.get('hyperdrive', keyOf(owner.accountId, text(binding, 'id'))) === undefined
      ? failure('bindingHyperdriveMissing', `Hyperdrive config '${text(binding, 'id')}' not found.`)
      : null,
  vectorize: (binding, owner, reader) =>
    reader.get('vectorize', keyOf(owner.accountId, text(binding, 'index_name'))) === undefined
      ? failure('bindingVectorizeMissing', `Vectorize index '${text(binding, 'index_name')}' not found.`)
      : null,
  dispatch_namespace: (binding, owner, reader) =>
    reader.get('dispatchNamespace', keyOf(owner.accountId, text(binding, 'namespace'))) === undefined
      ? failure('bindingDispatchMissing', `Dispatch namespace '${text(binding, 'namespace')}' not found.`)
      : null,
  mtls_certificate: (binding, owner, reader) =>
    reader.get('certificate', keyOf(owner.accountId, text(binding, 'certificate_id'))) === undefined
      ? failure('bindingCertificateMissing')
      : null,
  secrets_store_secret: (binding, owner, reader) => {
    const store = reader.get('secretsStore', keyOf(owner.accountId, text(binding, 'store_id')));
    const known = store?.secrets.some((secret) => secret.name === binding['secret_name']) === true;
    return known ? null : failure('bindingSecretsStoreMissing');
  },
  worker_loader: (_binding, owner) => (owner.plan === 'free' ? failure('loaderNeedsPaid') : null),
};

/**
 * Refuses the first binding whose target does not exist in the account.
 * @throws ApiFailure with the code of the kind (10041, 10085, 10181, 11000, 10143, 10061, …).
 */
export function checkTargets(bindings: readonly StoredBinding[], owner: BindingOwner, reader: Reader): void {
  for (const binding of bindings) {
    const failed = CHECKS[binding.type]?.(binding, owner, reader) ?? null;
    if (failed !== null) throw failed;
  }
}

/** Key of an R2 bucket: buckets of different jurisdictions may share a name. */
export function r2Key(accountId: string, name: string, jurisdiction: Json | undefined): string {
  return keyOf(accountId, typeof jurisdiction === 'string' ? jurisdiction : 'default', name);
}

/** The script that holds the class a Durable Object binding names, when it is another one than the binding's own. */
export function externalScript(
  binding: StoredBinding,
  owner: Pick<BindingOwner, 'accountId' | 'scriptName' | 'dispatchNamespace'>,
  reader: Reader,
): ScriptDocument | 'own' | undefined {
  const name = binding['script_name'];
  if (typeof name !== 'string') return 'own';
  const namespace = typeof binding['dispatch_namespace'] === 'string' ? binding['dispatch_namespace'] : null;
  if (name === owner.scriptName && (namespace ?? owner.dispatchNamespace) === owner.dispatchNamespace)
    return 'own';
  return reader.get('script', scriptKey(owner.accountId, name, namespace));
}

function checkDurableObject(binding: StoredBinding, owner: BindingOwner, reader: Reader): ApiFailure | null {
  const script = externalScript(binding, owner, reader);
  const namespaces = script === 'own' ? owner.durableObjectNamespaces : script?.durableObjectNamespaces;
  const wanted = binding['class_name'];
  const known = namespaces?.some((namespace) =>
    wanted === undefined ? namespace.id === binding['namespace_id'] : namespace.className === wanted,
  );
  if (known === true) return null;
  if (script === 'own' && typeof wanted === 'string' && owner.declaredClasses.includes(wanted)) {
    return failure(
      'exportNotProvisioned',
      `Binding '${binding.name}' names '${wanted}', which is not provisioned yet.`,
    );
  }
  const name = String(wanted ?? binding['namespace_id']);
  return failure(
    'classWithoutNamespace',
    script === 'own'
      ? `Cannot create binding for class '${name}' because it is not currently configured to implement Durable Objects. Did you forget to include a migration that creates the class?`
      : `Cannot create binding for class '${name}': script '${String(binding['script_name'])}' does not implement it.`,
  );
}

function text(binding: StoredBinding, field: string): string {
  const value = binding[field];
  return typeof value === 'string' ? value : '';
}
