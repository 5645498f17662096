import type { DestroyPlan, DestroyRequest } from '@cf-deploy/deployer';
import { agreeToLoss } from '../agree.ts';
import type { CommandModule } from '../command.ts';
import type { Outcome } from '../outcome.ts';
import type { Context } from '../context.ts';
import { destroyPlanLines, destroyRunLines } from '../output/destroy.ts';
import { createStyle } from '../output/style.ts';
import {
  addNamedFlags,
  addScopeFlags,
  namedBy,
  scopeOf,
  type NamedFlags,
  type Scope,
  type ScopeFlags,
} from '../flags/target-flags.ts';
import { UsageError } from '../usage-error.ts';
import { exitStatus } from '../exit-codes.ts';
import { compact } from '../compact.ts';

interface Flags extends ScopeFlags, NamedFlags {
  readonly dryRun?: boolean;
  readonly withData?: boolean;
  readonly force?: boolean;
  readonly takeOver?: boolean;
  readonly confirmTenant?: string;
}

/** `destroy`: deletes a tenant's Workers and what leads to them; data only when asked for. */
export const destroy: CommandModule = {
  name: 'destroy',
  summary: 'delete a tenant’s Workers and what leads to them',
  examples: [
    'cf-deploy destroy --tenant=acme --env=staging --dry-run',
    'cf-deploy destroy --tenant=acme --env=staging --yes',
    'cf-deploy destroy --tenant=acme --env=production --with-data --yes --confirm-tenant=acme',
  ],
  configure(command, execute) {
    addNamedFlags(addScopeFlags(command))
      .option('--dry-run', 'only show what would go, and what would stay')
      .option(
        '--with-data',
        'also KV, D1, R2, queues, Vectorize, Hyperdrive and Durable Objects that nobody else has',
      )
      .option('--force', 'also a Worker that other Workers bind')
      .option('--take-over', 'also a Worker that another tenant deployed')
      .option('--confirm-tenant <id>', 'the tenant’s id once more, which protected environments demand')
      .action(
        execute<Flags>(async (context, { flags }) => {
          if (flags.parallel !== undefined)
            throw new UsageError('destroy takes one Worker after the other.', 'Leave out --parallel.');
          const scope = scopeOf(flags);
          const named = namedBy(flags);
          if (scope.kind === 'many' && Object.keys(named).length > 0)
            throw new UsageError('--account and --script go with one --tenant.', 'Add --tenant=<id>.');
          const targets = scope.kind === 'one' ? { ...scope.target, ...named } : scope.selection;
          return flags.dryRun === true
            ? show(context, targets, requestOf(flags))
            : run(context, targets, {
                ...requestOf(flags),
                confirm: (plans) => agree(context, plans, flags.confirmTenant),
              });
        }),
      );
  },
};

type Targets = Extract<Scope, { kind: 'one' }>['target'] | Extract<Scope, { kind: 'many' }>['selection'];

function requestOf({ withData, force, takeOver, confirmTenant }: Flags): DestroyRequest {
  return compact({ withData, force, takeOver, confirmTenant });
}

async function show(context: Context, targets: Targets, request: DestroyRequest): Promise<Outcome> {
  const deployer = await context.deployer();
  const result = await deployer.planDestroy({ ...targets, ...request });
  return {
    result,
    exitCode: await exitStatus('planDestroy', result.results),
    lines: (style) => result.results.flatMap((plan) => destroyPlanLines(plan, style)),
  };
}

async function run(context: Context, targets: Targets, request: DestroyRequest): Promise<Outcome> {
  const deployer = await context.deployer();
  const result = await ('tenant' in targets
    ? deployer.destroy({ ...targets, ...request })
    : deployer.destroyAll({ ...targets, ...request }));
  return {
    result,
    exitCode: await exitStatus('destroy', result.results),
    lines: (style) => destroyRunLines(result, style),
  };
}

/** Shows every plan, then asks once. */
async function agree(
  context: Context,
  plans: readonly DestroyPlan[],
  given: string | undefined,
): Promise<boolean> {
  const { flags, world } = context;
  await context.progress.stop();
  const style = createStyle({ color: flags.color, output: world.stderr, env: world.env });
  for (const line of plans.flatMap((plan) => destroyPlanLines(plan, style))) context.note(line);
  const [first] = plans;
  const guarded = plans.some((plan) => plan.protected);
  return agreeToLoss(context, {
    question: plans.length === 1 ? 'Delete all of this?' : `Delete all of this, ${plans.length} Workers?`,
    typed: guarded ? (first?.tenant ?? '') : null,
    given,
  });
}
