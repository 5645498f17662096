import type { AccountDocument, TokenDocument, AccountSettingsDocument } from './model/accounts.ts';
import type { AssetSessionDocument, AssetFileDocument } from './model/assets.ts';
import type { DispatchNamespaceDocument } from './model/dispatch.ts';
import type { QueueDocument } from './model/queues.ts';
import type { ScriptDocument, TailDocument } from './model/scripts.ts';
import type {
  KvNamespaceDocument,
  D1DatabaseDocument,
  R2BucketDocument,
  HyperdriveDocument,
  SecretsStoreDocument,
  CertificateDocument,
  NamedNamespaceDocument,
} from './model/storage.ts';
import type { VectorizeIndexDocument, VectorizeMetadataIndexDocument } from './model/vectorize.ts';
import type { WorkflowDocument } from './model/workflows.ts';
import type {
  ZoneDocument,
  RouteDocument,
  CustomDomainDocument,
  DnsRecordDocument,
  EmailRuleDocument,
} from './model/zones.ts';
import type { Json } from '../json.ts';

/** Every kind of document the store keeps, with the document's type. */
export interface Documents {
  account: AccountDocument;
  token: TokenDocument;
  script: ScriptDocument;
  kv: KvNamespaceDocument;
  d1: D1DatabaseDocument;
  r2: R2BucketDocument;
  queue: QueueDocument;
  vectorize: VectorizeIndexDocument;
  vectorizeMetadataIndex: VectorizeMetadataIndexDocument;
  hyperdrive: HyperdriveDocument;
  workflow: WorkflowDocument;
  zone: ZoneDocument;
  route: RouteDocument;
  domain: CustomDomainDocument;
  dispatchNamespace: DispatchNamespaceDocument;
  assetSession: AssetSessionDocument;
  assetFile: AssetFileDocument;
  secretsStore: SecretsStoreDocument;
  certificate: CertificateDocument;
  dnsRecord: DnsRecordDocument;
  accountSettings: AccountSettingsDocument;
  tail: TailDocument;
  namedNamespace: NamedNamespaceDocument;
  emailRule: EmailRuleDocument;
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
