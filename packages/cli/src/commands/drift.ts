import type { CommandModule } from '../command.ts';
import { driftLines } from '../output/drift.ts';
import { fleetLines } from '../output/fleet.ts';
import { addScopeFlags, scopeOf, selected, type ScopeFlags } from '../target-flags.ts';
import { exitCodeOf } from '../verdict.ts';

interface Flags extends ScopeFlags {
  readonly deep?: boolean;
}

/** `drift`: what is live and not in the files. Exit status 2 when there is any. */
export const drift: CommandModule = {
  configure(command, execute) {
    addScopeFlags(command)
      .option('--deep', 'compare the live code itself too')
      .action(
        execute<Flags>(async (context, { flags }) => {
          const scope = scopeOf(flags);
          const deep = flags.deep === true;
          const deployer = await context.deployer();
          if (scope.kind === 'one') {
            await context.progress.start([scope.target.tenant]);
            const result = await deployer.drift({ ...scope.target, deep });
            return {
              result,
              exitCode: await exitCodeOf([result], result.drifted),
              lines: (style) => driftLines(result, style),
            };
          }
          await context.progress.start(selected(await deployer.tenants(), scope.selection));
          const fleet = await deployer.driftAll({ ...scope.selection, deep });
          return {
            result: fleet,
            exitCode: await exitCodeOf(
              fleet.results,
              fleet.results.some(({ drifted }) => drifted),
            ),
            lines: (style) => fleetLines(fleet, style, driftLines),
          };
        }),
      );
  },
};
