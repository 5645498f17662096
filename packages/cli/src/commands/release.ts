import type { Command } from 'commander';
import type { CommandModule, Execute } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { releaseLines, releaseOutcome, standing } from '../output/release.ts';
import { confirmation } from './deploy.ts';

/** `release show | pause | continue | abort <id>`. */
export const release: CommandModule = {
  name: 'release',
  summary: 'show, pause, continue or abort a release',
  examples: [
    'cf-deploy release show r1',
    'cf-deploy release pause r1',
    'cf-deploy release abort r1 --yes',
    'cf-deploy release continue r1',
  ],
  configure(command, execute) {
    show(command, execute);
    stop(command, execute, 'pause', 'let what is under way end, and begin nothing further');
    stop(command, execute, 'abort', 'end it for good; what is deployed stays');
    goOn(command, execute);
  },
};

function show(command: Command, execute: Execute): void {
  command
    .command('show <id>')
    .description('every target and where it stands')
    .action(
      execute(async (context, { args: [id = ''] }) => {
        const result = await (await context.deployer()).release(id);
        return { result, exitCode: EXIT.ok, lines: (style) => releaseLines(result, style) };
      }),
    );
}

function stop(command: Command, execute: Execute, name: 'pause' | 'abort', description: string): void {
  command
    .command(`${name} <id>`)
    .description(description)
    .action(
      execute(async (context, { args: [id = ''] }) => {
        const deployer = await context.deployer();
        const result = await (name === 'pause' ? deployer.pauseRelease(id) : deployer.abortRelease(id));
        return { result, exitCode: EXIT.ok, lines: (style) => standing(result, style) };
      }),
    );
}

function goOn(command: Command, execute: Execute): void {
  command
    .command('continue <id>')
    .description('go on after a gate or a pause')
    .action(
      execute(async (context, { args: [id = ''] }) => {
        const deployer = await context.deployer({ checkStartup: 'before-live' });
        return releaseOutcome(await deployer.resume({ id, ...confirmation(context) }));
      }),
    );
}
