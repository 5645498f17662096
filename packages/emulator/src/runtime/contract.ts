/**
 * The border between the control plane and the runtime. The control plane owns all documents; the runtime asks for
 * them through {@link RuntimeView} and never changes them.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { VectorizeCall } from './stand-ins/vectorize.ts';
import type { AccountDocument } from '../store/model/accounts.ts';
import type { QueueDocument } from '../store/model/queues.ts';
import type { ScriptDocument, ScriptShape, StoredModule, VersionDocument } from '../store/model/scripts.ts';
import type { D1DatabaseDocument, KvNamespaceDocument, R2BucketDocument } from '../store/model/storage.ts';
import type { VectorizeIndexDocument } from '../store/model/vectorize.ts';
import type { WorkflowDocument } from '../store/model/workflows.ts';
import type { CustomDomainDocument, RouteDocument } from '../store/model/zones.ts';
import type { Json, JsonObject } from '../json.ts';

/** What the runtime may read. Every method answers from memory. */
export interface RuntimeView {
  accounts(): Iterable<AccountDocument>;
  script(accountId: string, name: string, dispatchNamespace?: string): ScriptDocument | undefined;
  scripts(accountId: string): Iterable<ScriptDocument>;
  queues(accountId: string): Iterable<QueueDocument>;
  workflows(accountId: string): Iterable<WorkflowDocument>;
  kvNamespace(accountId: string, id: string): KvNamespaceDocument | undefined;
  d1Database(accountId: string, uuid: string): D1DatabaseDocument | undefined;
  r2Bucket(accountId: string, name: string): R2BucketDocument | undefined;
  routes(): Iterable<RouteDocument & { accountId: string; zoneName: string }>;
  customDomains(): Iterable<CustomDomainDocument>;
  /** Bytes of a blob of the blob store. */
  blob(hash: string): Promise<Uint8Array>;
  /** Dimensions and metric of a Vectorize index. Without it an index takes the length of its first vector. */
  vectorizeIndex?(accountId: string, name: string): VectorizeIndexDocument | undefined;
  /** Value of a Secrets Store secret, for Workers that bind it. */
  secretsStoreSecret?(accountId: string, storeId: string, secretName: string): string | undefined;
}

/** Enough of a version to try to start it, before it is stored. */
export interface StartCandidate extends Pick<
  VersionDocument,
  'mainModule' | 'format' | 'compatibilityDate' | 'compatibilityFlags'
> {
  /** As uploaded; other packages hand in what their own types call bindings. */
  bindings: { type: string; name: string; [field: string]: unknown }[];
  modules: (Omit<StoredModule, 'blob'> & { bytes: Uint8Array })[];
}

/** The script did not start: it threw at the top level, a module is missing, or it does not parse. API code 10021. */
export interface StartFailure {
  ok: false;
  /** First line as workerd says it, e.g. `Uncaught ReferenceError: x is not defined`. */
  message: string;
  /** Stack or import location, `  at index.js:3:7`, when workerd gives one. */
  stack: string | null;
}

/** One line of a Worker's log or one exception, for followers. */
export interface WorkerLogEvent {
  accountId: string;
  scriptName: string;
  versionId: string;
  at: string;
  level: 'debug' | 'log' | 'info' | 'warn' | 'error' | 'exception';
  message: string;
}

/** A request from outside that a version of a Worker answered. */
export interface ServedRequest {
  readonly accountId: string;
  readonly scriptName: string;
  readonly versionId: string;
  /** When it came, milliseconds since 1970. */
  readonly at: number;
  readonly outcome: 'ok' | 'exception';
  /** Of the answer; null for an exception. */
  readonly status: number | null;
}

/** The D1 query answer in the API's form. */
export type D1Result = {
  results: JsonObject[];
  success: boolean;
  meta: JsonObject;
};

/** An R2 object, without its content. */
export interface R2ObjectInfo {
  key: string;
  /** Bytes. */
  size: number;
  etag: string;
  uploaded: string;
  contentType: string | null;
}

/** An R2 object with its content. */
export interface R2ObjectContent extends R2ObjectInfo {
  bytes: Uint8Array;
}

/** The data behind resources, shared by the API's data endpoints and the Workers that bind them. */
export interface DataPlane {
  kvGet(
    accountId: string,
    namespaceId: string,
    key: string,
  ): Promise<{ value: Uint8Array; metadata: Json } | null>;
  kvPut(
    accountId: string,
    namespaceId: string,
    key: string,
    value: Uint8Array,
    options: { expiration?: number; expirationTtl?: number; metadata?: Json },
  ): Promise<void>;
  kvDelete(accountId: string, namespaceId: string, key: string): Promise<void>;
  kvList(
    accountId: string,
    namespaceId: string,
    options: { prefix?: string; limit?: number; cursor?: string },
  ): Promise<{ keys: { name: string; expiration?: number; metadata?: Json }[]; cursor: string | null }>;
  /** Runs one or more `;`-separated statements. Throws with SQLite's message. */
  d1Query(accountId: string, databaseId: string, sql: string, params: Json[]): Promise<D1Result[]>;
  /** Objects of a bucket, in order of their keys. */
  r2List(
    accountId: string,
    bucket: string,
    options: { prefix?: string; limit?: number; cursor?: string },
  ): Promise<{ objects: R2ObjectInfo[]; cursor: string | null }>;
  r2Get(accountId: string, bucket: string, key: string): Promise<R2ObjectContent | null>;
  r2Put(
    accountId: string,
    bucket: string,
    key: string,
    bytes: Uint8Array,
    contentType: string | null,
  ): Promise<R2ObjectInfo>;
  r2Delete(accountId: string, bucket: string, key: string): Promise<void>;
  /** Asks the vectors of an index. Throws with Vectorize's message. */
  vectorize(accountId: string, operation: string, call: VectorizeCall): Promise<Json>;
  /** Drops all data of a deleted resource. */
  drop(
    accountId: string,
    kind: 'kv' | 'd1' | 'r2' | 'durable-object' | 'vectorize',
    id: string,
  ): Promise<void>;
}

/** Runs deployed Workers in workerd. */
export interface Runtime {
  readonly data: DataPlane;
  /** Really starts the script in workerd, alone and without side effects, and reports what it exports. */
  check(candidate: StartCandidate): Promise<(ScriptShape & { ok: true }) | StartFailure>;
  /**
   * Serves a request to a Worker by its `Host` header: workers.dev names, `*.localhost`, preview URLs, custom domains,
   * routes. Answers like Cloudflare when nothing is there. `null`: the host is none of ours.
   */
  fetch(request: Request): Promise<Response | null>;
  /**
   * Hands a connection that asks for a WebSocket to a Worker, which answers it. `url` is the visitor's. False: the host
   * is none of ours and the connection is untouched.
   */
  upgrade?(url: URL, visitor: { request: IncomingMessage; socket: Duplex; head: Buffer }): Promise<boolean>;
  /** Runs the `scheduled` handler of the live version. */
  triggerScheduled(
    accountId: string,
    scriptName: string,
    cron: string,
    scheduledTime: Date,
  ): Promise<{ outcome: string }>;
  /** Puts messages on a queue; its consumer Worker gets them. */
  sendQueueMessages(accountId: string, queueName: string, bodies: Json[]): Promise<void>;
  /** Called after documents of an account changed, so that what runs follows what is stored. Cheap; work is lazy. */
  changed(accountId: string): void;
  /** Follows the requests that Workers answered; returns the unsubscribe function. */
  onServed(listener: (request: ServedRequest) => void): () => void;
  /** Follows logs; returns the unsubscribe function. */
  onLog(listener: (event: WorkerLogEvent) => void): () => void;
  /** Stops every workerd process. */
  close(): Promise<void>;
}
