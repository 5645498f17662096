import type { CommandModule } from '../command.ts';
import { deployLines } from '../output/deploy.ts';
import {
  addNamedFlags,
  addTargetFlags,
  namedBy,
  oneTarget,
  type NamedFlags,
  type TargetFlags,
} from '../flags/target-flags.ts';
import { exitStatus } from '../exit-codes.ts';

interface Flags extends TargetFlags, NamedFlags {
  readonly message?: string;
  readonly verify: boolean;
}

/** `abort`: gives all traffic back to the old version of a gradual deploy. */
export const abort: CommandModule = {
  name: 'abort',
  summary: 'give up a gradual deploy: all traffic back to the old version',
  examples: ['cf-deploy abort --tenant=acme --env=production --message="errors since 14:05"'],
  configure(command, execute) {
    addNamedFlags(addTargetFlags(command))
      .option('-m, --message <text>', 'message of the deployment')
      .option('--no-verify', 'skip the health check')
      .action(
        execute<Flags>(async (context, { flags }) => {
          const target = oneTarget(flags);
          const { message, verify } = flags;
          const deployer = await context.deployer();
          await context.progress.start([target.tenant]);
          const result = await deployer.abort({
            ...target,
            ...namedBy(flags),
            verify,
            ...(message === undefined ? {} : { message }),
          });
          return {
            result,
            exitCode: await exitStatus('rollback', [result]),
            lines: (style) => deployLines(result, style, 'Taken back: the old version has all traffic.'),
          };
        }),
      );
  },
};
