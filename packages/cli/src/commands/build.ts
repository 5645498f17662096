import { resolve } from 'node:path';
import type { CommandModule } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { buildLines } from '../output/build.ts';
import { addTargetFlags, oneTarget, type TargetFlags } from '../target-flags.ts';
import { UsageError } from '../usage-error.ts';

/** `build`: writes what would be uploaded into a folder. */
export const build: CommandModule = {
  configure(command, execute) {
    addTargetFlags(command)
      .option('--outdir <dir>', 'folder to write into')
      .action(
        execute<TargetFlags & { readonly outdir?: string }>(async (context, { flags }) => {
          const target = oneTarget(flags);
          if (flags.outdir === undefined || flags.outdir === '') {
            throw new UsageError('No folder was named.', 'Add --outdir=<folder>.');
          }
          const outdir = resolve(context.world.cwd, flags.outdir);
          const result = await (await context.deployer()).build({ ...target, outdir });
          return { result, exitCode: EXIT.ok, lines: (style) => buildLines(result, style) };
        }),
      );
  },
};
