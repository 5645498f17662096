import type { StatusResult } from '@cf-deploy/deployer';
import type { CommandModule } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { statusLines } from '../output/status.ts';
import {
  addNamedFlags,
  addScopeFlags,
  namedBy,
  scopeOf,
  type NamedFlags,
  type ScopeFlags,
} from '../target-flags.ts';
import { UsageError } from '../usage-error.ts';
import { exitCodeOf } from '../verdict.ts';

/** `status`: what is live and how it is; of every tenant unless one is named. Exit status 1 when one is unhealthy. */
export const status: CommandModule = {
  configure(command, execute) {
    addNamedFlags(addScopeFlags(command)).action(
      execute<ScopeFlags & NamedFlags>(async (context, { flags }) => {
        const scope = scopeOf(flags.tenant === undefined ? { ...flags, all: true } : flags);
        const named = namedBy(flags);
        if (scope.kind === 'many' && Object.keys(named).length > 0) {
          throw new UsageError('--account and --script go with one --tenant.', 'Add --tenant=<id>.');
        }
        const deployer = await context.deployer();
        if (scope.kind === 'one') {
          const result = await deployer.status({ ...scope.target, ...named });
          return {
            result,
            exitCode: await exitCode([result]),
            lines: (style) => statusLines([result], style),
          };
        }
        const fleet = await deployer.statusAll(scope.selection);
        return {
          result: fleet,
          exitCode: await exitCode(fleet.results),
          lines: (style) => statusLines(fleet.results, style),
        };
      }),
    );
  },
};

async function exitCode(results: readonly StatusResult[]): Promise<ExitCode> {
  const code = await exitCodeOf(
    results.map(({ error }) => ({ error })),
    false,
  );
  const sick = results.some(({ health }) => health.verdict === 'unhealthy');
  return code === EXIT.ok && sick ? EXIT.failed : code;
}
