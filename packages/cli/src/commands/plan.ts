import type { FailedTenant, PlanResult } from '@cf-deploy/deployer';
import type { CommandModule, Outcome } from '../command.ts';
import type { Context } from '../context.ts';
import { fleetLines } from '../output/fleet.ts';
import { planLines } from '../output/plan.ts';
import { addScopeFlags, scopeOf, selected, type Scope, type ScopeFlags } from '../target-flags.ts';
import { exitCodeOf } from '../verdict.ts';

interface Flags extends ScopeFlags {
  readonly exitCode?: boolean;
  readonly checkStartup?: boolean;
}

/** `plan`: what a deploy would change. Exit status 0, or 2 with `--exit-code` when there is something to do. */
export const plan: CommandModule = {
  configure(command, execute) {
    addScopeFlags(command)
      .option('--exit-code', 'exit with 2 when there is something to do')
      .option('--check-startup', 'start what would be uploaded in workerd')
      .action(
        execute<Flags>(async (context, { flags }) => {
          const scope = scopeOf(flags);
          await context.deployer({ checkStartup: flags.checkStartup === true ? 'always' : 'never' });
          return planScope(context, scope, { exitCode: flags.exitCode === true });
        }),
      );
  },
};

/** Plans one tenant or many; also what `deploy --dry-run` does, so a dry run cannot write. */
export async function planScope(
  context: Context,
  scope: Scope,
  { exitCode, force = false }: { readonly exitCode: boolean; readonly force?: boolean },
): Promise<Outcome> {
  const deployer = await context.deployer();
  if (scope.kind === 'one') {
    await context.progress.start([scope.target.tenant]);
    const result = await deployer.plan({ ...scope.target, force });
    return {
      result,
      exitCode: await exitCodeOf([], exitCode && result.action !== 'none'),
      lines: (style) => planLines(result, style),
    };
  }
  await context.progress.start(selected(await deployer.tenants(), scope.selection));
  const fleet = await deployer.planAll({ ...scope.selection, force });
  return {
    result: fleet,
    exitCode: await exitCodeOf(fleet.results.filter(failed), exitCode && fleet.results.some(hasWork)),
    lines: (style) => fleetLines(fleet, style, planLines),
  };
}

function failed(result: PlanResult | FailedTenant): result is FailedTenant {
  return 'error' in result;
}

function hasWork(result: PlanResult | FailedTenant): boolean {
  return !failed(result) && result.action !== 'none';
}
