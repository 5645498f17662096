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
  readonly now?: boolean;
  readonly message?: string;
  readonly verify: boolean;
}

/** `promote`: goes on with a gradual deploy that was paused or interrupted. */
export const promote: CommandModule = {
  name: 'promote',
  summary: 'go on with a gradual deploy: its next steps, or all traffic now',
  examples: [
    'cf-deploy promote --tenant=acme --env=production',
    'cf-deploy promote --tenant=acme --env=production --now',
  ],
  configure(command, execute) {
    addNamedFlags(addTargetFlags(command))
      .option('--now', 'all traffic at once, without the steps that are left')
      .option('-m, --message <text>', 'message of the deployments')
      .option('--no-verify', 'skip the health checks')
      .action(
        execute<Flags>(async (context, { flags }) => {
          const target = oneTarget(flags);
          const { now, message, verify } = flags;
          const deployer = await context.deployer();
          await context.progress.start([target.tenant]);
          const result = await deployer.promote({
            ...target,
            ...namedBy(flags),
            verify,
            ...(now === undefined ? {} : { now }),
            ...(message === undefined ? {} : { message }),
          });
          return {
            result,
            exitCode: await exitStatus('rollback', [result]),
            lines: (style) => deployLines(result, style, 'Promoted: the new version has all traffic.'),
          };
        }),
      );
  },
};
