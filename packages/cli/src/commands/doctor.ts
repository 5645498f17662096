import type { CommandModule } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { doctorLines } from '../output/doctor.ts';
import { addTargetFlags, type TargetFlags } from '../target-flags.ts';

/** `doctor`: checks tools, files, credentials and the API, of every tenant unless one is named. */
export const doctor: CommandModule = {
  configure(command, execute) {
    addTargetFlags(command).action(
      execute<TargetFlags>(async (context, { flags: { tenant, env } }) => {
        const deployer = await context.deployer();
        const result = await deployer.doctor({
          ...(tenant === undefined || tenant === '' ? {} : { tenant }),
          ...(env === undefined || env === '' ? {} : { env }),
        });
        return {
          result,
          exitCode: result.ok ? EXIT.ok : EXIT.failed,
          lines: (style) => doctorLines(result, style),
        };
      }),
    );
  },
};
