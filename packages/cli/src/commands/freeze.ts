import type { CommandModule } from '../command.ts';
import { readSeconds } from '../flags/duration.ts';
import { EXIT } from '../exit-codes.ts';
import { UsageError } from '../usage-error.ts';

interface Flags {
  readonly env?: string;
  readonly until?: string;
  readonly why?: string;
  readonly lift?: boolean;
}

/** `freeze`: refuses deploys to an environment for a while. */
export const freeze: CommandModule = {
  name: 'freeze',
  summary: 'refuse deploys to an environment for a while',
  examples: ['cf-deploy freeze --env=production --until=2027-01-02 --why=holidays'],
  configure(command, execute) {
    command
      .option('-e, --env <name>', 'environment; "" is the top level')
      .option('--until <time>', 'a time such as 2027-01-02T08:00:00Z, or a duration such as 4h')
      .option('--why <text>', 'what those who are stopped read')
      .option('--lift', 'end the freeze now')
      .action(
        execute<Flags>(async (context, { flags }) => {
          const { env, until, why, lift } = flags;
          if (env === undefined) throw new UsageError('No environment was named.', 'Add --env=<name>.');
          const deployer = await context.deployer();
          if (lift === true) {
            if (until !== undefined || why !== undefined) {
              throw new UsageError('--lift goes without --until and --why.', 'Leave them out.');
            }
            const result = await deployer.thaw({ env });
            const line = result.changed ? 'The freeze is lifted.' : 'There was no freeze.';
            return { result, exitCode: EXIT.ok, lines: () => [line] };
          }
          if (until === undefined || why === undefined) {
            throw new UsageError('A freeze needs --until and --why.', 'Or end one with --lift.');
          }
          const result = await deployer.freeze({ env, why, until: timeOf(until, context.world.now()) });
          return {
            result,
            exitCode: EXIT.ok,
            lines: () => [`Deploys are refused until ${result.until ?? ''}. Rollbacks are not.`],
          };
        }),
      );
  },
};

function timeOf(until: string, now: number): string {
  const duration = readSeconds(until);
  return duration === null ? until : new Date(now + duration * 1_000).toISOString();
}
