import type { JsonObject } from '../../json.ts';

/*
 * Resources that bindings name. Plain JSON-serialisable documents: resources/ writes them, runtime/ only reads them. Field names are
 * ours; each resource turns them into the API's wire form. Times are ISO 8601 in UTC, sizes bytes.
 */

/** A KV namespace. */
export interface KvNamespaceDocument {
  accountId: string;
  id: string;
  title: string;
  jurisdiction?: string;
}

/** A D1 database. */
export interface D1DatabaseDocument {
  accountId: string;
  uuid: string;
  name: string;
  createdOn: string;
  jurisdiction?: string;
  readReplication?: 'auto' | 'disabled';
}

/** An R2 bucket. */
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

/** A Hyperdrive configuration. */
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

/** A secrets store and its secrets. */
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
