import { failure } from '../api/errors.ts';
import type { StoredBinding } from '../store/model.ts';
import { isObject } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';

/** Fields of a binding kind besides `type` and `name`. A group of alternatives is satisfied by any of them. */
interface BindingKind {
  required: readonly (string | readonly string[])[];
  optional: readonly string[];
}

const plain = (...required: (string | readonly string[])[]): BindingKind => ({ required, optional: [] });

/** Kinds the API accepts, from the SDK's upload types and what wrangler sends. */
const KINDS: Record<string, BindingKind> = {
  agent_memory: plain('namespace'),
  ai: { required: [], optional: ['staging'] },
  ai_search: { required: ['instance_name'], optional: ['namespace'] },
  ai_search_namespace: plain('namespace'),
  analytics: plain(),
  analytics_engine: { required: [], optional: ['dataset'] },
  artifacts: plain('namespace'),
  assets: plain(),
  browser: plain(),
  d1: { required: [['id', 'database_id']], optional: ['id', 'database_id'] },
  data_blob: plain('part'),
  dispatch_namespace: { required: ['namespace'], optional: ['outbound'] },
  durable_object_namespace: {
    required: [['class_name', 'namespace_id']],
    optional: ['class_name', 'namespace_id', 'script_name', 'environment', 'dispatch_namespace'],
  },
  flagship: plain('app_id'),
  hyperdrive: plain('id'),
  images: plain(),
  inherit: { required: [], optional: ['old_name', 'version_id'] },
  json: plain('json'),
  k2: plain('stream'),
  kv_namespace: plain('namespace_id'),
  logfwdr: plain('destination'),
  media: plain(),
  messaging: plain('namespace'),
  mtls_certificate: plain('certificate_id'),
  pipelines: { required: [['pipeline', 'stream']], optional: ['pipeline', 'stream'] },
  plain_text: plain('text'),
  queue: { required: ['queue_name'], optional: ['delivery_delay'] },
  r2_bucket: { required: ['bucket_name'], optional: ['jurisdiction'] },
  ratelimit: plain('namespace_id', 'simple'),
  secret_key: {
    required: ['algorithm', 'format', 'usages', ['key_base64', 'key_jwk']],
    optional: ['key_base64', 'key_jwk'],
  },
  secret_text: plain('text'),
  secrets_store_secret: plain('store_id', 'secret_name'),
  send_email: {
    required: [],
    optional: ['destination_address', 'allowed_destination_addresses', 'allowed_sender_addresses'],
  },
  service: { required: ['service'], optional: ['environment', 'entrypoint', 'props', 'cross_account_grant'] },
  stream: plain(),
  text_blob: plain('part'),
  unsafe_hello_world: { required: [], optional: ['enable_timer'] },
  vectorize: plain('index_name'),
  version_metadata: plain(),
  vpc_network: { required: [], optional: ['tunnel_id', 'network_id', 'identity'] },
  vpc_service: plain('service_id'),
  wasm_module: plain('part'),
  worker_loader: plain(),
  workflow: { required: ['workflow_name'], optional: ['class_name', 'script_name'] },
};

/**
 * Checks the form of a `bindings` list: known kinds, names, fields. Targets are checked elsewhere.
 * @throws 10052 without a name, 10053 for a name used twice, 10021 for an unknown kind or a missing field, 90400 for an
 * unknown field.
 */
export function readBindings(value: Json | undefined): StoredBinding[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw failure('invalidRequest', 'bindings must be an array.');
  const bindings = value.map(readBinding);
  checkNames(bindings);
  return bindings;
}

/** Refuses a binding name that is used twice. @throws 10053 */
export function checkNames(bindings: readonly StoredBinding[]): void {
  const names = new Set<string>();
  for (const { name } of bindings) {
    if (names.has(name)) throw failure('bindingNameTaken', `Binding name '${name}' already in use.`);
    names.add(name);
  }
}

function readBinding(value: Json | undefined): StoredBinding {
  if (!isObject(value)) throw failure('invalidRequest', 'A binding must be an object.');
  const { type, name } = value;
  if (typeof name !== 'string' || name === '') throw failure('bindingUnnamed');
  const kind = typeof type === 'string' && Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (typeof type !== 'string' || kind === undefined) {
    throw failure('invalidRequest', `Binding '${name}' has an unknown type.`);
  }
  checkFields(value, kind, type, name);
  return { ...value, type, name };
}

function checkFields(binding: JsonObject, kind: BindingKind, type: string, name: string): void {
  const known = new Set(['type', 'name', 'raw', ...kind.required.flat(), ...kind.optional]);
  for (const field of Object.keys(binding)) {
    if (!known.has(field)) {
      throw failure('unknownField', `Unknown field ${JSON.stringify(field)} in binding '${name}'.`);
    }
  }
  for (const alternatives of kind.required) {
    const names = typeof alternatives === 'string' ? [alternatives] : alternatives;
    if (!names.some((field) => isGiven(binding, field))) {
      const text =
        type === 'd1'
          ? `binding ${name} of type d1 must have a valid \`id\` specified`
          : `binding ${name} of type ${type} must have a valid \`${names.join('` or `')}\` specified`;
      throw failure('invalidRequest', text);
    }
  }
}

function isGiven(binding: JsonObject, field: string): boolean {
  const value = binding[field];
  if (field === 'json') return Object.hasOwn(binding, 'json');
  if (field === 'text') return typeof value === 'string';
  if (field === 'simple' || field === 'usages' || field === 'key_jwk')
    return typeof value === 'object' && value !== null;
  if (field === 'algorithm') return value !== undefined;
  return typeof value === 'string' && value !== '';
}
