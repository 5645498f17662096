import { openTenant, openTenantForChange, type TenantContext } from '../session/tenant-context.ts';
import { createScope, type CommandScope, type World } from '../session/world.ts';
import type { NamedTarget, Target } from '../session/target.ts';
import { redactedError } from '../security/redact-error.ts';
import { asDeployError, DeployError } from '../errors.ts';
import { learnAllSecrets } from '../session/learn-secrets.ts';
import { forgetSeen } from '../releases/sweep/forget-seen.ts';

/** What a deploy of one target does not need, loaded when it is first asked for. */
export const later = (): Promise<typeof import('./later.ts')> => import('./later.ts');

/** What stands between a caller and a command. */
export interface Ways {
  /** Nothing leaves with a secret in it, whoever made its text. */
  readonly guarded: <T>(work: () => Promise<T>) => Promise<T>;
  readonly reading: Opened<Target>;
  readonly changing: Opened<Target>;
  /** For what must work at night with broken files. */
  readonly readingNamed: Opened<NamedTarget>;
  readonly changingNamed: Opened<NamedTarget>;
}

/** Opens a target and does something with it. */
type Opened<T extends Target> = <R>(target: T, work: (context: TenantContext) => Promise<R>) => Promise<R>;

/** The ways into the commands of one deployer. */
export function waysInto(world: World): Ways {
  const guarded: Ways['guarded'] = async (work) => {
    try {
      return world.redactor.value(await world.store.keep(work));
    } catch (error) {
      // Unforeseen: it may have come before anything was learned, and may say anything.
      if (!(error instanceof DeployError)) await learnAllSecrets(world, createScope(world));
      throw redactedError(asDeployError(error), world.redactor);
    }
  };
  const opened =
    <T extends Target>(
      open: (world: World, scope: CommandScope, target: T) => Promise<TenantContext>,
    ): Opened<T> =>
    (target, work) =>
      guarded(async () => {
        const { tenant, env } = target;
        world.emit({ type: 'tenant-started', tenant, environment: env ?? null });
        return work(await open(world, createScope(world), target));
      });
  return {
    guarded,
    reading: opened<Target>(openTenant),
    changing: opened<Target>(forgetting(openTenantForChange)),
    readingNamed: opened<NamedTarget>(async (...of) => (await later()).openNamedTenant(...of)),
    changingNamed: opened<NamedTarget>(
      forgetting(async (...of) => (await later()).openNamedTenantForChange(...of)),
    ),
  };
}

/** What is remembered of a Worker ends with whatever may change it. */
function forgetting<T extends Target>(
  open: (world: World, scope: CommandScope, target: T) => Promise<TenantContext>,
): (world: World, scope: CommandScope, target: T) => Promise<TenantContext> {
  return async (world, scope, target) => {
    const context = await open(world, scope, target);
    forgetSeen(context);
    return context;
  };
}
