import type { CommandModule } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { configLines } from '../output/config.ts';
import { addTargetFlags, oneTarget, type TargetFlags } from '../target-flags.ts';

/** `config`: the resolved configuration, and the origin of each value. */
export const config: CommandModule = {
  configure(command, execute) {
    addTargetFlags(command).action(
      execute<TargetFlags>(async (context, { flags }) => {
        const target = oneTarget(flags);
        const result = await (await context.deployer()).config(target);
        return { result, exitCode: EXIT.ok, lines: (style) => configLines(result, style) };
      }),
    );
  },
};
