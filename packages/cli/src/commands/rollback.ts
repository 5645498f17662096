import type { CommandModule } from '../command.ts';
import { deployLines } from '../output/deploy.ts';
import {
  addNamedFlags,
  addTargetFlags,
  namedBy,
  oneTarget,
  type NamedFlags,
  type TargetFlags,
} from '../target-flags.ts';
import { UsageError } from '../usage-error.ts';
import { exitCodeOf } from '../verdict.ts';

interface Flags extends TargetFlags, NamedFlags {
  readonly to?: string;
  readonly message?: string;
  readonly force?: boolean;
  readonly verify: boolean;
}

/** `rollback`: puts an earlier version back, by default the one live before the current one. */
export const rollback: CommandModule = {
  configure(command, execute) {
    addNamedFlags(addTargetFlags(command))
      .option('--to <version>', 'version id (default: the one live before)')
      .option('-m, --message <text>', 'message of the deployment')
      .option('--force', 'go back although a secret changed since')
      .option('--no-verify', 'skip the health check')
      .action(
        execute<Flags>(async (context, { flags }) => {
          const target = oneTarget(flags);
          const { to, message, force, verify } = flags;
          // An empty variable in a script must not become "the one before".
          if (to === '') throw new UsageError('--to names no version.', '"cf-deploy versions" lists them.');
          const deployer = await context.deployer();
          await context.progress.start([target.tenant]);
          const result = await deployer.rollback({
            ...target,
            ...namedBy(flags),
            verify,
            ...(to === undefined ? {} : { versionId: to }),
            ...(message === undefined ? {} : { message }),
            ...(force === undefined ? {} : { force }),
          });
          return {
            result,
            exitCode: await exitCodeOf([result], false),
            lines: (style) => deployLines(result, style, 'Rolled back.'),
          };
        }),
      );
  },
};
