import { agentMemory } from './agent-memory.ts';
import { ai } from './ai.ts';
import { aiSearch } from './ai-search.ts';
import { aiSearchNamespace } from './ai-search-namespace.ts';
import { analytics } from './analytics.ts';
import { analyticsEngine } from './analytics-engine.ts';
import { artifacts } from './artifacts.ts';
import { assets } from './assets.ts';
import type { BindingModule } from './binding.ts';
import { browser } from './browser.ts';
import { d1 } from './d1.ts';
import { dispatchNamespace } from './dispatch-namespace.ts';
import { durableObject } from './durable-object.ts';
import { flagship } from './flagship.ts';
import { helloWorld } from './hello-world.ts';
import { hyperdrive } from './hyperdrive.ts';
import { images } from './images.ts';
import { inherit } from './inherit.ts';
import { k2 } from './k2.ts';
import { kv } from './kv.ts';
import { logfwdr } from './logfwdr.ts';
import { media } from './media.ts';
import { messaging } from './messaging.ts';
import { mtlsCertificate } from './mtls-certificate.ts';
import { dataBlob, textBlob, wasmModule } from './part-blobs.ts';
import { pipeline } from './pipeline.ts';
import { queue } from './queue.ts';
import { r2 } from './r2.ts';
import { ratelimit } from './ratelimit.ts';
import { secret } from './secret.ts';
import { secretsStore } from './secrets-store.ts';
import { sendEmail } from './send-email.ts';
import { service } from './service.ts';
import { stream } from './stream.ts';
import { unsafe } from './unsafe.ts';
import { vars } from './vars.ts';
import { vectorize } from './vectorize.ts';
import { versionMetadata } from './version-metadata.ts';
import { vpcNetwork } from './vpc-network.ts';
import { vpcService } from './vpc-service.ts';
import { websearch } from './websearch.ts';
import { workerLoader } from './worker-loader.ts';
import { workflow } from './workflow.ts';

/**
 * Every kind of binding, by the API's `type`. Uploading, planning, drift and printing loop over this record, so a new
 * kind is one file and one line here.
 */
export const BINDINGS = {
  inherit,
  plain_text: vars,
  secret_text: secret,
  kv_namespace: kv,
  send_email: sendEmail,
  durable_object_namespace: durableObject,
  workflow,
  queue,
  r2_bucket: r2,
  d1,
  vectorize,
  ai_search_namespace: aiSearchNamespace,
  ai_search: aiSearch,
  websearch,
  agent_memory: agentMemory,
  hyperdrive,
  secrets_store_secret: secretsStore,
  artifacts,
  unsafe_hello_world: helloWorld,
  flagship,
  k2,
  messaging,
  ratelimit,
  vpc_service: vpcService,
  vpc_network: vpcNetwork,
  service,
  analytics_engine: analyticsEngine,
  analytics,
  dispatch_namespace: dispatchNamespace,
  mtls_certificate: mtlsCertificate,
  pipelines: pipeline,
  worker_loader: workerLoader,
  logfwdr,
  wasm_module: wasmModule,
  browser,
  ai,
  images,
  stream,
  media,
  version_metadata: versionMetadata,
  assets,
  text_blob: textBlob,
  data_blob: dataBlob,
  unsafe,
} as const satisfies Record<string, BindingModule>;

/** The kinds, by the key of the registry. */
export type BindingKind = keyof typeof BINDINGS;

/** Every kind, in the order in which wrangler writes them. */
export const BINDING_MODULES: readonly BindingModule[] = Object.values<BindingModule>(BINDINGS).toSorted(
  (a, b) => a.order - b.order,
);

const BY_TYPE: ReadonlyMap<string, BindingModule> = new Map(
  BINDING_MODULES.flatMap((module) => module.types.map((type) => [type, module] as const)),
);

/** The kind that owns this `type` of the API; undefined for one we do not know. */
export function bindingModule(type: string): BindingModule | undefined {
  return BY_TYPE.get(type);
}
