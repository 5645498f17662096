import type { CommandModule } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { versionsLines } from '../output/versions.ts';
import { addTargetFlags, oneTarget, type TargetFlags } from '../target-flags.ts';

/** `versions`: the versions of one Worker, newest first. */
export const versions: CommandModule = {
  configure(command, execute) {
    addTargetFlags(command).action(
      execute<TargetFlags>(async (context, { flags }) => {
        const target = oneTarget(flags);
        const result = await (await context.deployer()).versions(target);
        return { result, exitCode: EXIT.ok, lines: (style) => versionsLines(result, style) };
      }),
    );
  },
};
