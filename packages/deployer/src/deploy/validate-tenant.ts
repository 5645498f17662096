import { resolveWorker } from '../config/resolve-worker.ts';
import type { Target, ValidateResult } from '../deployer-api.ts';
import type { World } from './world.ts';

/** Everything wrong with a tenant's files, without a call. @throws ConfigError TENANT_UNKNOWN, ROOT_NOT_FOUND */
export async function validateTenant(world: World, target: Target): Promise<ValidateResult> {
  const { worker, findings } = await resolveWorker({
    rootDir: world.rootDir,
    tenant: target.tenant,
    env: target.env,
    now: world.now,
  });
  return {
    tenant: target.tenant,
    environment: worker?.environment ?? (target.env === undefined || target.env === '' ? null : target.env),
    scriptName: worker?.scriptName ?? null,
    findings,
    valid: worker !== null && !findings.some(({ severity }) => severity === 'error'),
  };
}
