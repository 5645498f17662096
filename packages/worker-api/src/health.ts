import type { Env } from './env.ts';
import { json } from './http/respond.ts';
import { readSettings } from './settings.ts';
import type { Tenant } from './tenant.ts';

/** How one binding is. */
interface Check {
  readonly status: 'ok' | 'failed';
  readonly latencyMs: number;
}

/** A binding that has not answered by then counts as failed, ms. */
const CHECK_TIMEOUT_MS = 3_000;

/**
 * `GET /health`: who answers (tenant, environment, version) and how each binding is. 503 when one of them fails.
 * The cause goes to the log only, because the page is public.
 */
export async function getHealth(env: Env, tenant: Tenant): Promise<Response> {
  const checks = Object.fromEntries(
    await Promise.all(
      Object.entries(probes(env, tenant)).map(
        async ([name, probe]) => [name, await check(name, probe)] as const,
      ),
    ),
  );
  const failed = Object.values(checks).some(({ status }) => status === 'failed');
  const { id, tag, timestamp } = env.CF_VERSION_METADATA;
  return json(
    {
      status: failed ? 'degraded' : 'ok',
      tenant: tenant.id,
      environment: tenant.environment,
      version: { id, tag, timestamp },
      checks,
    },
    failed ? 503 : 200,
  );
}

/** The cheapest call that proves a binding works. A model run costs money, so for AI being bound must do. */
function probes(env: Env, tenant: Tenant): Readonly<Record<string, () => Promise<unknown>>> {
  return {
    CONFIG: () => readSettings(env, tenant),
    RATE_LIMITER: () => env.RATE_LIMITER.get(`limit:${tenant.id}`),
    CACHE: () => env.CACHE.get('health'),
    DB: () => env.DB.prepare('SELECT 1').first(),
    RATE_LIMITER_DO: () => env.RATE_LIMITER_DO.getByName(tenant.id).usage(),
    CHAT_SESSION: () => env.CHAT_SESSION.getByName(`${tenant.id}:health`).size(),
    VECTORIZE: () => env.VECTORIZE.describe(),
    AI: async () => {
      if (typeof env.AI.run !== 'function') throw new TypeError('AI is not bound');
    },
  };
}

async function check(name: string, probe: () => Promise<unknown>): Promise<Check> {
  const start = Date.now();
  let timer: number | null = null;
  try {
    await Promise.race([
      probe(),
      new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error('no answer in time')), CHECK_TIMEOUT_MS);
      }),
    ]);
    return { status: 'ok', latencyMs: Date.now() - start };
  } catch (error) {
    console.error(`health of ${name}`, error);
    return { status: 'failed', latencyMs: Date.now() - start };
  } finally {
    clearTimeout(timer);
  }
}
