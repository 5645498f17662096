import type * as model from './model.ts';
import type { Json } from '../json.ts';

/** Every kind of document the store keeps, with the document's type. */
export interface Documents {
  account: model.AccountDocument;
  token: model.TokenDocument;
  script: model.ScriptDocument;
  kv: model.KvNamespaceDocument;
  d1: model.D1DatabaseDocument;
  r2: model.R2BucketDocument;
  queue: model.QueueDocument;
  vectorize: model.VectorizeIndexDocument;
  vectorizeMetadataIndex: model.VectorizeMetadataIndexDocument;
  hyperdrive: model.HyperdriveDocument;
  workflow: model.WorkflowDocument;
  zone: model.ZoneDocument;
  route: model.RouteDocument;
  domain: model.CustomDomainDocument;
  dispatchNamespace: model.DispatchNamespaceDocument;
  assetSession: model.AssetSessionDocument;
  assetFile: model.AssetFileDocument;
  secretsStore: model.SecretsStoreDocument;
  certificate: model.CertificateDocument;
  dnsRecord: model.DnsRecordDocument;
  accountSettings: model.AccountSettingsDocument;
  tail: model.TailDocument;
  namedNamespace: model.NamedNamespaceDocument;
  emailRule: model.EmailRuleDocument;
}

export type Kind = keyof Documents;

/** One document written, or deleted (`null`). */
export type Change = { [K in Kind]: { kind: K; key: string; value: Documents[K] | null } }[Kind];

/** Joins the parts of a document's key; the separator cannot be part of an API name. */
export function keyOf(...parts: (string | null | undefined)[]): string {
  return parts.map((part) => part ?? '').join('\n');
}

/** Key of a script document. */
export function scriptKey(accountId: string, name: string, dispatchNamespace?: string | null): string {
  return keyOf(accountId, dispatchNamespace, name);
}

/** Key of an R2 bucket document: buckets of different jurisdictions may share a name. */
export function bucketKey(accountId: string, name: string, jurisdiction: Json | undefined): string {
  return keyOf(accountId, typeof jurisdiction === 'string' ? jurisdiction : 'default', name);
}
