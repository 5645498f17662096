import type { ChatSession } from './durable-objects/chat-session.ts';
import type { TenantLimits } from './durable-objects/tenant-limits.ts';
import type { TenantVariables } from './tenant.ts';

/** Bindings and variables of the tenants' wrangler files. */
export interface Env extends TenantVariables {
  /** Optional secret; needed when the feature `requireApiKey` is on. */
  readonly CHAT_API_KEY?: string;

  readonly RATE_LIMITER: KVNamespace;
  readonly CONFIG: KVNamespace;
  readonly CACHE: KVNamespace;
  readonly DB: D1Database;
  readonly RATE_LIMITER_DO: DurableObjectNamespace<TenantLimits>;
  readonly CHAT_SESSION: DurableObjectNamespace<ChatSession>;
  readonly VECTORIZE: Vectorize;
  readonly AI: AiBinding;
  readonly CF_VERSION_METADATA: WorkerVersionMetadata;
}

/**
 * The part of Workers AI used here. The generated `Ai` type knows a fixed list of models; ours come from the tenant's
 * configuration, so answers are checked instead of typed.
 */
export interface AiBinding {
  run(model: string, input: Readonly<Record<string, unknown>>, options?: AiRunOptions): Promise<unknown>;
}

interface AiRunOptions {
  readonly gateway?: { readonly id: string };
}
