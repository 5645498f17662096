import type { CommandModule } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { gradualLines } from '../output/gradual.ts';
import { heading } from '../output/heading.ts';
import {
  addNamedFlags,
  addTargetFlags,
  namedBy,
  oneTarget,
  type NamedFlags,
  type TargetFlags,
} from '../flags/target-flags.ts';

/** `pause`: lets a gradual deploy stand as it is. */
export const pause: CommandModule = {
  name: 'pause',
  summary: 'let a gradual deploy stand as it is until somebody goes on with it',
  examples: ['cf-deploy pause --tenant=acme --env=production'],
  configure(command, execute) {
    addNamedFlags(addTargetFlags(command)).action(
      execute<TargetFlags & NamedFlags>(async (context, { flags }) => {
        const deployer = await context.deployer();
        const result = await deployer.pause({ ...oneTarget(flags), ...namedBy(flags) });
        return {
          result,
          exitCode: EXIT.ok,
          lines: (style) => [heading(result, style), `  ${result.message}`, ...gradualLines(result, style)],
        };
      }),
    );
  },
};
