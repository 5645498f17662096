import type { CommandModule } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { releasesLines } from '../output/release.ts';
import { compact } from '../compact.ts';

/** `releases`: what was released from this folder, newest first. */
export const releases: CommandModule = {
  name: 'releases',
  summary: 'list the releases of this folder',
  examples: ['cf-deploy releases --env=production'],
  configure(command, execute) {
    command.option('-e, --env <name>', 'only this environment; "" is the top level').action(
      execute<{ readonly env?: string }>(async (context, { flags }) => {
        const deployer = await context.deployer();
        const found = await deployer.releases(compact({ env: flags.env }));
        return {
          result: { releases: found },
          exitCode: EXIT.ok,
          lines: (style) => releasesLines(found, style),
        };
      }),
    );
  },
};
