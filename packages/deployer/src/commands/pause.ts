import { withTenantLock } from '../records/lock.ts';
import { withStore } from '../session/open-store.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import { gradualSummary, type GradualSummary } from '../store/gradual.ts';
import { isRunElsewhere, openGradual } from './open-gradual.ts';

/** Where a gradual deploy stands after somebody said something about it. */
export interface GradualResult {
  readonly tenant: string;
  readonly environment: string | null;
  readonly scriptName: string;
  readonly gradual: GradualSummary;
  /** One sentence for people. */
  readonly message: string;
  readonly error: null;
}

/**
 * Lets a gradual deploy stand as it is: a process that goes through it stops within seconds, one that was killed is noted
 * as paused. No traffic is moved.
 * @throws ConfigError GRADUAL_UNKNOWN
 */
export async function pauseTenant(context: TenantContext): Promise<GradualResult> {
  const { world, worker } = context;
  const { tenant, environment, scriptName, accountId } = worker;
  const message = await withStore(world, async (store) => {
    const gradual = openGradual(context);
    if (gradual.status === 'paused') return 'It is paused already.';
    if (isRunElsewhere(context, gradual)) {
      store.wishGradual(accountId, scriptName, 'pause');
      return 'The run stops within seconds, and the shares stay as they are.';
    }
    await withTenantLock({ rootDir: world.rootDir, tenant, environment, worker: worker.worker }, async () =>
      store.noteGradual({
        ...openGradual(context),
        status: 'paused',
        why: 'somebody paused it',
        runner: null,
        wish: null,
      }),
    );
    return 'Its run was killed; it is paused now, and the shares stay as they are.';
  });
  return {
    tenant,
    environment,
    scriptName,
    gradual: gradualSummary(openGradual(context), { isAlive: world.runner.isAlive, now: world.now() }),
    message,
    error: null,
  };
}
