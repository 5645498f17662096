import type { Json, JsonObject } from '../json.ts';
import type { ScriptSettings, VersionSettings } from '../settings/settings.ts';

/**
 * The state of the embedded Cloudflare, as plain JSON-serialisable documents.
 *
 * The control plane (resources/) writes them, the runtime (runtime/) only reads them. Field names are ours; each
 * resource file turns them into the API's wire form. Times are ISO 8601 strings in UTC, sizes bytes.
 */

/** A customer account. `plan` decides quotas and paid-only features. */
export interface AccountDocument {
  id: string;
  name: string;
  plan: 'free' | 'paid';
  /** Workers it may have, where Cloudflare raised the limit of its plan by request. */
  workerLimit?: number;
  /** The account's workers.dev subdomain (`<worker>.<subdomain>.workers.dev`), or null when none is registered. */
  subdomain: string | null;
  createdOn: string;
}

/** Who made a change: the owner of the token used, or a named dashboard user for out-of-band edits. */
export interface Author {
  id: string;
  email: string;
}

/** One uploaded module. The bytes live in the blob store under `blob` (SHA-256 hex of the content). */
export interface StoredModule {
  /** Part name = file name, exactly as uploaded (`index.js`, `./<sha1>-x.wasm`). */
  name: string;
  /** MIME type of the part, without parameters (`application/javascript+module`). */
  contentType: string;
  blob: string;
  size: number;
}

/**
 * A binding as uploaded, in the API's own vocabulary (`{ type: 'kv_namespace', name: 'CACHE', namespace_id }`).
 * Secrets keep their `text` here (never returned by a resource); inherited bindings are already resolved.
 */
export interface StoredBinding {
  type: string;
  name: string;
  [field: string]: Json | undefined;
}

/** Static assets of a version: URL path to the content's blob. */
export interface StoredAssets {
  config: JsonObject;
  /** `/index.html` → file. */
  files: Record<string, { hash: string; size: number; blob: string; contentType: string | null }>;
}

/** What running the script in workerd told us about it. */
export interface ScriptShape {
  startupTimeMs: number;
  /** Handlers of the default export: `fetch`, `scheduled`, `queue`, `email`, `tail`, … */
  handlers: string[];
  /** Named exports with their handlers; a class export lists its kind. */
  namedHandlers: {
    name: string;
    type: 'durable-object' | 'workflow' | 'entrypoint' | 'object' | 'class';
    handlers: string[];
  }[];
}

/** One immutable version of a script. */
export interface VersionDocument extends VersionSettings {
  /** UUID. */
  id: string;
  /** Counts up by one for each version of the script. */
  number: number;
  createdOn: string;
  author: Author;
  /** `api`, `wrangler`, `dash`, `terraform`, … */
  source: string;
  annotations: Record<string, string>;
  mainModule: string | null;
  /** `service-worker` when uploaded with `body_part`; `assets` when there is no code at all. */
  format: 'modules' | 'service-worker' | 'assets';
  modules: StoredModule[];
  bindings: StoredBinding[];
  assets: StoredAssets | null;
  /** Migration tag of the script when this version was made. */
  migrationTag: string | null;
  etag: string;
  hasPreview: boolean;
  shape: ScriptShape;
}

/** Which versions get the traffic, from one moment on. Newest first in `ScriptDocument.deployments`. */
export interface DeploymentDocument {
  id: string;
  createdOn: string;
  author: Author;
  source: string;
  strategy: 'percentage';
  versions: { versionId: string; percentage: number }[];
  annotations: Record<string, string>;
  /** When Durable Objects move to the new code, as the client asked; has no effect here. */
  codeUpdateStrategy?: { mode: 'immediate' } | { mode: 'deferred'; maxDelay: number | null };
}

/** A Durable Object class that owns storage. `id` is the namespace id and keys the storage on disk for good. */
export interface DurableObjectNamespaceDocument {
  id: string;
  className: string;
  sqlite: boolean;
  /** The script that handed it over by declarative exports. */
  transferredFrom?: string;
}

/** A Worker (also one in a dispatch namespace: `dispatchNamespace` set). */
export interface ScriptDocument {
  accountId: string;
  name: string;
  dispatchNamespace: string | null;
  /** 32 hex, the immutable id of the Worker (`tag` in the API). */
  tag: string;
  createdOn: string;
  modifiedOn: string;
  /** Newest last. */
  versions: VersionDocument[];
  /** Newest first; the first one is live. Empty until something was deployed. */
  deployments: DeploymentDocument[];
  settings: ScriptSettings;
  subdomain: { enabled: boolean; previewsEnabled: boolean };
  schedules: { cron: string; createdOn: string; modifiedOn: string }[];
  migrationTag: string | null;
  durableObjectNamespaces: DurableObjectNamespaceDocument[];
  /** Classes of other scripts it waits for (`expecting-transfer` of declarative exports). */
  expectedTransfers?: { className: string; from: string }[];
  /** Number of the version whose declarative exports last changed namespaces. */
  lifecycleVersion?: number;
  /** Names of secrets changed (put, deleted), with the time: a rollback over one needs `force`. */
  secretChanges: { name: string; at: string }[];
  /** Source of the last deployment (`wrangler`, `api`, `dash`, …). */
  lastDeployedFrom: string;
}

export interface KvNamespaceDocument {
  accountId: string;
  id: string;
  title: string;
  jurisdiction?: string;
}
export interface D1DatabaseDocument {
  accountId: string;
  uuid: string;
  name: string;
  createdOn: string;
  jurisdiction?: string;
  readReplication?: 'auto' | 'disabled';
}
export interface R2BucketDocument {
  accountId: string;
  name: string;
  jurisdiction: string;
  location: string | null;
  storageClass: string;
  createdOn: string;
  /** Its r2.dev address, once somebody looked at it. */
  managedDomain?: { bucketId: string; enabled: boolean };
}
export interface QueueDocument {
  accountId: string;
  id: string;
  name: string;
  createdOn: string;
  modifiedOn: string;
  settings: JsonObject;
  consumers: QueueConsumerDocument[];
}
export interface QueueConsumerDocument {
  id: string;
  type: 'worker' | 'http_pull';
  scriptName: string | null;
  deadLetterQueue: string | null;
  settings: JsonObject;
  createdOn: string;
}
export interface VectorizeIndexDocument {
  accountId: string;
  name: string;
  description: string;
  dimensions: number;
  metric: string;
  createdOn: string;
  modifiedOn: string;
}
export interface HyperdriveDocument {
  accountId: string;
  id: string;
  name: string;
  origin: JsonObject;
  caching: JsonObject;
  mtls?: JsonObject;
  originConnectionLimit?: number;
  createdOn: string;
  modifiedOn: string;
}
export interface WorkflowDocument {
  accountId: string;
  id: string;
  name: string;
  scriptName: string;
  className: string;
  createdOn: string;
  modifiedOn: string;
  options: JsonObject;
}
export interface ZoneDocument {
  id: string;
  accountId: string;
  name: string;
  createdOn: string;
}
export interface RouteDocument {
  zoneId: string;
  id: string;
  pattern: string;
  script: string | null;
}
export interface CustomDomainDocument {
  accountId: string;
  id: string;
  hostname: string;
  zoneId: string;
  zoneName: string;
  service: string;
  environment: string;
  certId: string;
  enabled: boolean;
  previewsEnabled: boolean;
}
export interface DispatchNamespaceDocument {
  accountId: string;
  id: string;
  name: string;
  trustedWorkers: boolean;
  createdOn: string;
  modifiedOn: string;
  createdBy: string;
  modifiedBy: string;
}
/** An API token or a global key. Only a SHA-256 of the secret is kept, so the state on disk never holds a credential. */
export interface TokenDocument {
  /** 32 hex, the token's id (not its value). */
  id: string;
  /** SHA-256 hex of the token value; of `email:key` for a global key. */
  hash: string;
  kind: 'user' | 'account' | 'key';
  /** Owner. For an account-owned token `id` is the account id. */
  owner: Author;
  /** Account ids it reaches, or `*`. */
  accounts: string[] | '*';
  /** Permission group names (`Workers Scripts Write`), or `*`. */
  permissions: string[] | '*';
  status: 'active' | 'disabled' | 'expired';
  expiresOn: string | null;
  notBefore: string | null;
  /** Made for one run of the emulator: it is not valid any more after the next start. */
  fromStart?: true;
}

/** Announced files of a static assets upload. The session and completion tokens carry its id. */
export interface AssetSessionDocument {
  id: string;
  accountId: string;
  scriptName: string;
  dispatchNamespace: string | null;
  /** URL path to hash and size, as announced. */
  manifest: Record<string, { hash: string; size: number }>;
  /** Hashes the server asked for, by bucket. */
  buckets: string[][];
  createdOn: string;
}

/** An asset's content, known to an account by the client's hash. */
export interface AssetFileDocument {
  accountId: string;
  hash: string;
  blob: string;
  size: number;
  contentType: string | null;
}

export interface SecretsStoreDocument {
  accountId: string;
  id: string;
  name: string;
  createdOn: string;
  modifiedOn: string;
  secrets: {
    id: string;
    name: string;
    /** Seeded value, for Workers that bind the secret; never returned. */
    value: string | null;
    scopes: string[];
    comment: string;
    createdOn: string;
    modifiedOn: string;
  }[];
}

/** An mTLS client certificate a binding can name. */
export interface CertificateDocument {
  accountId: string;
  id: string;
  name: string;
}

/** A DNS record that was not made by a custom domain: attaching a domain over it is a conflict (100117). */
export interface DnsRecordDocument {
  zoneId: string;
  id: string;
  hostname: string;
  content: string;
}

/** A namespace of AI Search or agent memory, found by its name. */
export interface NamedNamespaceDocument {
  accountId: string;
  kind: 'ai-search' | 'agent-memory';
  id: string;
  name: string;
  description: string | null;
  createdOn: string;
  modifiedOn: string;
}

/** An e-mail routing rule of a zone. The catch-all rule has the id `catch_all`. */
export interface EmailRuleDocument {
  zoneId: string;
  id: string;
  name: string;
  enabled: boolean;
  matchers: JsonObject[];
  actions: JsonObject[];
  source: string;
  /** `tag` of the Worker whose deployment made the rule. */
  ownerWorkerTag: string | null;
}

/** Workers settings of an account. */
export interface AccountSettingsDocument {
  accountId: string;
  defaultUsageModel: string;
  greenCompute: boolean;
}

/** A log follower. The listener connects to its WebSocket URL until it expires. */
export interface TailDocument {
  accountId: string;
  scriptName: string;
  id: string;
  expiresAt: string;
  filters?: TailFilter[];
}

/** One filter of a tail; an event passes when all fields agree. */
export interface TailFilter {
  sampling_rate?: number;
  outcome?: string[];
  /** Text a line must contain. */
  query?: string;
  scriptVersion?: string;
}

/** Metadata index of a Vectorize index. */
export interface VectorizeMetadataIndexDocument {
  accountId: string;
  indexName: string;
  propertyName: string;
  indexType: string;
}
