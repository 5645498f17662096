import type { Json, JsonObject } from '../../json.ts';
import type { ScriptSettings, VersionSettings } from '../../settings/settings.ts';
import type { Author } from './accounts.ts';

/*
 * Workers: versions, deployments, and what running them told. Plain JSON-serialisable documents: resources/ writes them, runtime/ only reads them. Field names are
 * ours; each resource turns them into the API's wire form. Times are ISO 8601 in UTC, sizes bytes.
 */

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
