import { overlaySettings } from './overlay-settings.ts';
import { isObject } from './shapes.ts';
import type { Env } from './env.ts';
import type { Tenant, TenantSettings } from './tenant.ts';

/** The settings in force, and whether the ones in KV could be used. */
export interface EffectiveSettings {
  readonly settings: TenantSettings;
  /** `variables`: nothing in KV. `invalid`: KV holds something unusable, so the variables are in force. */
  readonly source: 'variables' | 'kv' | 'invalid';
}

/**
 * Settings of a tenant: its variables, overlaid by the JSON object at `settings:<tenant>` in the KV namespace `CONFIG`
 * and the rate limit at `limit:<tenant>` in `RATE_LIMITER`. So a limit can be changed without a deploy.
 */
export async function readSettings(
  env: Pick<Env, 'CONFIG' | 'RATE_LIMITER'>,
  tenant: Tenant,
): Promise<EffectiveSettings> {
  const [stored, limit] = await Promise.all([
    readJson(env.CONFIG, `settings:${tenant.id}`),
    readJson(env.RATE_LIMITER, `limit:${tenant.id}`),
  ]);
  const overlay = limit === null ? stored : { ...(isObject(stored) ? stored : {}), rateLimit: limit };
  if (overlay === null) return { settings: tenant.settings, source: 'variables' };
  const settings = overlaySettings(tenant.settings, overlay);
  if (settings === null) {
    console.warn(`settings of ${tenant.id} in KV are not usable; the variables are in force`);
    return { settings: tenant.settings, source: 'invalid' };
  }
  return { settings, source: 'kv' };
}

async function readJson(kv: KVNamespace, key: string): Promise<unknown> {
  const text = await kv.get(key);
  if (text === null) return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return 'not JSON';
  }
}
