import type { BindingKind } from './binding-kind.ts';
import { agentMemoryBinding } from './agent-memory.ts';
import { aiBinding } from './ai.ts';
import { aiSearchBinding } from './ai-search.ts';
import { aiSearchNamespaceBinding } from './ai-search-namespace.ts';
import { analyticsBinding } from './analytics.ts';
import { analyticsEngineBinding } from './analytics-engine.ts';
import { artifactsBinding } from './artifacts.ts';
import { assetsBinding } from './assets.ts';
import { browserBinding } from './browser.ts';
import { d1Binding } from './d1.ts';
import { dataBlobBinding } from './data-blob.ts';
import { dispatchNamespaceBinding } from './dispatch-namespace.ts';
import { durableObjectNamespaceBinding } from './durable-object-namespace.ts';
import { flagshipBinding } from './flagship.ts';
import { hyperdriveBinding } from './hyperdrive.ts';
import { imagesBinding } from './images.ts';
import { inheritBinding } from './inherit.ts';
import { jsonBinding } from './json.ts';
import { k2Binding } from './k2.ts';
import { kvNamespaceBinding } from './kv-namespace.ts';
import { logfwdrBinding } from './logfwdr.ts';
import { mediaBinding } from './media.ts';
import { messagingBinding } from './messaging.ts';
import { mtlsCertificateBinding } from './mtls-certificate.ts';
import { pipelinesBinding } from './pipelines.ts';
import { plainTextBinding } from './plain-text.ts';
import { queueBinding } from './queue.ts';
import { r2BucketBinding } from './r2-bucket.ts';
import { ratelimitBinding } from './ratelimit.ts';
import { secretKeyBinding } from './secret-key.ts';
import { secretTextBinding } from './secret-text.ts';
import { secretsStoreSecretBinding } from './secrets-store-secret.ts';
import { sendEmailBinding } from './send-email.ts';
import { serviceBinding } from './service.ts';
import { streamBinding } from './stream.ts';
import { textBlobBinding } from './text-blob.ts';
import { unsafeHelloWorldBinding } from './unsafe-hello-world.ts';
import { vectorizeBinding } from './vectorize.ts';
import { versionMetadataBinding } from './version-metadata.ts';
import { vpcNetworkBinding } from './vpc-network.ts';
import { vpcServiceBinding } from './vpc-service.ts';
import { wasmModuleBinding } from './wasm-module.ts';
import { websearchBinding } from './websearch.ts';
import { workerLoaderBinding } from './worker-loader.ts';
import { workflowBinding } from './workflow.ts';

/** Every kind of binding the API accepts, by its type. Source: the SDK's upload types and what wrangler sends. */
const BINDING_KINDS = {
  agent_memory: agentMemoryBinding,
  ai: aiBinding,
  ai_search: aiSearchBinding,
  ai_search_namespace: aiSearchNamespaceBinding,
  analytics: analyticsBinding,
  analytics_engine: analyticsEngineBinding,
  artifacts: artifactsBinding,
  assets: assetsBinding,
  browser: browserBinding,
  d1: d1Binding,
  data_blob: dataBlobBinding,
  dispatch_namespace: dispatchNamespaceBinding,
  durable_object_namespace: durableObjectNamespaceBinding,
  flagship: flagshipBinding,
  hyperdrive: hyperdriveBinding,
  images: imagesBinding,
  inherit: inheritBinding,
  json: jsonBinding,
  k2: k2Binding,
  kv_namespace: kvNamespaceBinding,
  logfwdr: logfwdrBinding,
  media: mediaBinding,
  messaging: messagingBinding,
  mtls_certificate: mtlsCertificateBinding,
  pipelines: pipelinesBinding,
  plain_text: plainTextBinding,
  queue: queueBinding,
  r2_bucket: r2BucketBinding,
  ratelimit: ratelimitBinding,
  secret_key: secretKeyBinding,
  secret_text: secretTextBinding,
  secrets_store_secret: secretsStoreSecretBinding,
  send_email: sendEmailBinding,
  service: serviceBinding,
  stream: streamBinding,
  text_blob: textBlobBinding,
  unsafe_hello_world: unsafeHelloWorldBinding,
  vectorize: vectorizeBinding,
  version_metadata: versionMetadataBinding,
  vpc_network: vpcNetworkBinding,
  vpc_service: vpcServiceBinding,
  wasm_module: wasmModuleBinding,
  websearch: websearchBinding,
  worker_loader: workerLoaderBinding,
  workflow: workflowBinding,
} as const satisfies Record<string, BindingKind>;

/** What is known about a kind of binding; undefined for one the API does not have. */
export function bindingKind(type: string): BindingKind | undefined {
  return Object.hasOwn(BINDING_KINDS, type) ? BINDING_KINDS[type as keyof typeof BINDING_KINDS] : undefined;
}
