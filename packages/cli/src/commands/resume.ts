import type { CommandModule } from '../command.ts';
import { releaseOutcome } from '../output/release.ts';
import { confirmation } from './deploy.ts';
import { compact } from '../compact.ts';

/** `resume [id]`: does what is left of a release, also after a crash. */
export const resume: CommandModule = {
  name: 'resume',
  summary: 'do what is left of a release, also after a crash',
  examples: ['cf-deploy resume', 'cf-deploy resume r1'],
  configure(command, execute) {
    command
      .argument('[id]', 'release (default: the newest unfinished one)')
      .option('-e, --env <name>', 'the newest unfinished one of this environment')
      .action(
        execute<{ readonly env?: string }>(async (context, { flags, args: [id] }) => {
          const deployer = await context.deployer({ checkStartup: 'before-live' });
          const run = await deployer.resume({
            ...compact({ id, env: flags.env }),
            ...confirmation(context),
          });
          return releaseOutcome(run);
        }),
      );
  },
};
