import { isFlags, isModels, isRateLimit, isText, isTextList, isTokenBudget } from './shapes.ts';
import { Refusal } from './http/refusal.ts';

/** Everything a request may depend on about the tenant it belongs to. */
export interface Tenant {
  readonly id: string;
  readonly environment: string;
  readonly allowedHosts: readonly string[];
  readonly settings: TenantSettings;
}

/** The part an operator may change at run time through the KV namespace `CONFIG`. */
export interface TenantSettings {
  readonly allowedModels: readonly string[];
  readonly models: { readonly chat: string; readonly embeddings: string };
  readonly gatewayId: string;
  readonly vectorizeNamespace: string;
  readonly rateLimit: RateLimit;
  readonly tokenBudget: TokenBudget;
  readonly featureFlags: Readonly<Record<string, boolean>>;
}

/** A token bucket: `burst` requests at once, refilled at `perMinute`. */
export interface RateLimit {
  readonly perMinute: number;
  readonly burst: number;
}

/** Model tokens a tenant may spend: at most `perRequest` in one answer, `perDay` in one UTC day. */
export interface TokenBudget {
  readonly perRequest: number;
  readonly perDay: number;
}

/** Variables that make a tenant. Of unknown shape: a dashboard may have changed them since the deploy. */
export interface TenantVariables {
  readonly TENANT_ID: unknown;
  readonly ENVIRONMENT: unknown;
  readonly ALLOWED_HOSTS: unknown;
  readonly ALLOWED_MODELS: unknown;
  readonly AI_MODELS: unknown;
  readonly AI_GATEWAY_ID: unknown;
  readonly VECTORIZE_NAMESPACE: unknown;
  readonly RATE_LIMIT: unknown;
  readonly TOKEN_BUDGET: unknown;
  readonly FEATURE_FLAGS: unknown;
}

/**
 * The tenant a request belongs to: who the variables say this Worker serves, provided the host is one of the tenant's.
 * @throws Refusal 421 for a host that is not the tenant's, 500 when the variables are incomplete
 */
export function resolveTenant(hostname: string, variables: TenantVariables): Tenant {
  const tenant = tenantFromVariables(variables);
  if (!tenant.allowedHosts.some((pattern) => hostMatches(pattern, hostname))) {
    throw new Refusal(421, 'unknown_host', 'This host does not belong to a tenant of this Worker.');
  }
  return tenant;
}

/** `*` at the start of a pattern stands for one or more characters without a dot. Case does not matter. */
export function hostMatches(pattern: string, hostname: string): boolean {
  const wanted = pattern.toLowerCase();
  const given = hostname.toLowerCase();
  if (!wanted.startsWith('*')) return wanted === given;
  const ending = wanted.slice(1);
  const start = given.slice(0, -ending.length);
  return given.endsWith(ending) && start.length > 0 && !start.includes('.');
}

function tenantFromVariables(v: TenantVariables): Tenant {
  if (!isText(v.TENANT_ID)) throw misconfigured('TENANT_ID');
  if (!isText(v.ENVIRONMENT)) throw misconfigured('ENVIRONMENT');
  if (!isTextList(v.ALLOWED_HOSTS)) throw misconfigured('ALLOWED_HOSTS');
  if (!isTextList(v.ALLOWED_MODELS)) throw misconfigured('ALLOWED_MODELS');
  if (!isModels(v.AI_MODELS)) throw misconfigured('AI_MODELS');
  if (!isText(v.AI_GATEWAY_ID)) throw misconfigured('AI_GATEWAY_ID');
  if (!isText(v.VECTORIZE_NAMESPACE)) throw misconfigured('VECTORIZE_NAMESPACE');
  if (!isRateLimit(v.RATE_LIMIT)) throw misconfigured('RATE_LIMIT');
  if (!isTokenBudget(v.TOKEN_BUDGET)) throw misconfigured('TOKEN_BUDGET');
  if (!isFlags(v.FEATURE_FLAGS)) throw misconfigured('FEATURE_FLAGS');
  return {
    id: v.TENANT_ID,
    environment: v.ENVIRONMENT,
    allowedHosts: v.ALLOWED_HOSTS,
    settings: {
      allowedModels: v.ALLOWED_MODELS,
      models: v.AI_MODELS,
      gatewayId: v.AI_GATEWAY_ID,
      vectorizeNamespace: v.VECTORIZE_NAMESPACE,
      rateLimit: v.RATE_LIMIT,
      tokenBudget: v.TOKEN_BUDGET,
      featureFlags: v.FEATURE_FLAGS,
    },
  };
}

function misconfigured(variable: string): Refusal {
  return new Refusal(500, 'misconfigured', `The variable ${variable} is missing or has the wrong shape.`);
}
