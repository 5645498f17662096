import type { BuildResult } from '@cf-deploy/deployer';
import { resolve } from 'node:path';
import type { CommandModule } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { heading } from '../output/heading.ts';
import { size } from '../output/plan.ts';
import type { Style } from '../output/style.ts';
import { addTargetFlags, oneTarget, type TargetFlags } from '../flags/target-flags.ts';
import { UsageError } from '../usage-error.ts';

/** `build`: writes what would be uploaded into a folder. */
export const build: CommandModule = {
  name: 'build',
  summary: 'bundle a Worker into a folder',
  examples: ['cf-deploy build --tenant=acme --env=staging --outdir=out'],
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

/** Files written, their sizes, the digest. */
export function buildLines(result: BuildResult, style: Style): readonly string[] {
  return [
    heading(result, style),
    ...result.warnings.map((warning) => `  ${style.yellow('warning')} ${warning}`),
    ...result.files.map(({ path, bytes }) => `  ${path}  ${style.dim(size(bytes))}`),
    `  ${size(result.size.raw)}, ${size(result.size.gzip)} compressed, digest ${result.digest.slice(0, 16)}`,
  ];
}
