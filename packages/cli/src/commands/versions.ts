import type { CommandModule } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { versionsLines } from '../output/versions.ts';
import {
  addNamedFlags,
  addTargetFlags,
  namedBy,
  oneTarget,
  type NamedFlags,
  type TargetFlags,
} from '../target-flags.ts';

/** `versions`: the versions of one Worker, newest first. */
export const versions: CommandModule = {
  configure(command, execute) {
    addNamedFlags(addTargetFlags(command)).action(
      execute<TargetFlags & NamedFlags>(async (context, { flags }) => {
        const target = oneTarget(flags);
        const result = await (await context.deployer()).versions({ ...target, ...namedBy(flags) });
        return { result, exitCode: EXIT.ok, lines: (style) => versionsLines(result, style) };
      }),
    );
  },
};
