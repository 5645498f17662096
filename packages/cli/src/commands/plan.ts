import type { DeployOptions, LookOptions } from '@cf-deploy/deployer';
import type { CommandModule } from '../command.ts';
import type { Outcome } from '../outcome.ts';
import type { Context } from '../context.ts';
import { addLookFlags, lookOptions, type LookFlags } from '../flags/look-flags.ts';
import { projectLines } from '../output/findings.ts';
import { fleetLines } from '../output/fleet.ts';
import { notLookedAtLines } from '../output/not-looked-at.ts';
import { planLines } from '../output/plan.ts';
import { addScopeFlags, scopeOf, selected, type Scope, type ScopeFlags } from '../flags/target-flags.ts';
import { addTakeOverFlags, type TakeOverFlags } from '../flags/take-over-flags.ts';
import { exitStatus, fleetStatus } from '../exit-codes.ts';

interface Flags extends ScopeFlags, LookFlags, TakeOverFlags {
  readonly exitCode?: boolean;
  readonly checkStartup?: boolean;
}

/**
 * `plan`: what a deploy would change. Exit status 0, or 2 with `--exit-code` when there is something to do; 3 when it
 * cannot be deployed or targets get in each other's way, 1 when something could not be compared.
 */
export const plan: CommandModule = {
  name: 'plan',
  summary: 'show what a deploy would change',
  examples: [
    'cf-deploy plan --tenant=acme --env=staging',
    'cf-deploy plan --all --env=production --exit-code',
  ],
  configure(command, execute) {
    addTakeOverFlags(addLookFlags(addScopeFlags(command)))
      .option('--exit-code', 'exit with 2 when there is something to do')
      .option('--check-startup', 'start what would be uploaded in workerd')
      .action(
        execute<Flags>(async (context, { flags }) => {
          const scope = scopeOf(flags);
          await context.deployer({ checkStartup: flags.checkStartup === true ? 'always' : 'never' });
          const look = lookOptions(flags, scope.kind === 'many');
          return planScope(context, scope, {
            exitCode: flags.exitCode === true,
            takeOver: flags.takeOver === true,
            takeOverSplit: flags.takeOverSplit === true,
            ...look,
          });
        }),
      );
  },
};

/** Plans one tenant or many; also what `deploy --dry-run` does, so a dry run cannot write. */
export async function planScope(
  context: Context,
  scope: Scope,
  {
    exitCode,
    ...options
  }: { readonly exitCode: boolean } & Pick<
    DeployOptions,
    'force' | 'verify' | 'takeOver' | 'takeOverSplit' | 'strategy' | 'verifyBefore'
  > &
    LookOptions,
): Promise<Outcome> {
  const deployer = await context.deployer();
  if (scope.kind === 'one') {
    await context.progress.start([scope.target.tenant]);
    const result = await deployer.plan({ ...scope.target, ...options });
    return {
      result,
      exitCode: await exitStatus('plan', [result], { differences: exitCode }),
      lines: (style) => planLines(result, style),
    };
  }
  await context.progress.start(selected(await deployer.tenants(), scope.selection));
  const fleet = await deployer.planAll({ ...scope.selection, ...options });
  return {
    result: fleet,
    exitCode: await fleetStatus('plan', fleet, { differences: exitCode }),
    lines: (style) => [
      ...projectLines(fleet.findings, style),
      ...fleetLines(fleet, style, planLines),
      ...notLookedAtLines(fleet.results, style),
    ],
  };
}
