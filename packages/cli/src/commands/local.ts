import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { CommandModule, Execute } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

/** `local start | status | seed | reset`: the embedded Cloudflare as a server of its own. */
export const local: CommandModule = {
  name: 'local',
  summary: 'run the embedded Cloudflare on this machine',
  examples: [
    'cf-deploy local start',
    'cf-deploy local status',
    'cf-deploy local seed',
    'cf-deploy local reset',
    'cf-deploy deploy --all --env=staging --local',
  ],
  configure(command, execute) {
    start(command, execute);
    status(command, execute);
    seed(command, execute);
    reset(command, execute);
  },
};

function start(command: Command, execute: Execute): void {
  command
    .command('start')
    .description('run it until Ctrl-C; other commands with --local use it')
    .option('--port <n>', 'port on 127.0.0.1 (default: any free one)', port)
    .action(
      execute<{ readonly port?: number }>(async (context, { flags }) => {
        const { serveLocal } = await import('../local/serve.ts');
        return serveLocal(context, flags.port);
      }),
    );
}

function status(command: Command, execute: Execute): void {
  command
    .command('status')
    .description('whether it runs, and where')
    .action(
      execute(async (context) => {
        const { localStatus } = await import('../local/status.ts');
        const result = await localStatus(await context.root());
        return {
          result,
          exitCode: EXIT.ok,
          lines: (style) =>
            result.url === null
              ? [
                  'The embedded Cloudflare does not run. Commands with --local use one of their own.',
                  ...(result.ignored === null
                    ? []
                    : [`.cf-deploy/running.json is not used, because ${result.ignored}.`]),
                ]
              : [`The embedded Cloudflare runs at ${style.cyan(result.url)} (process ${result.pid ?? '?'}).`],
        };
      }),
    );
}

function seed(command: Command, execute: Execute): void {
  command
    .command('seed')
    .description('write what the files name into cf-deploy.seed.json, for --strict')
    .action(
      execute(async (context) => {
        const { writeLocalSeed } = await import('../local/write-seed.ts');
        const result = await writeLocalSeed(await context.root());
        return {
          result,
          exitCode: EXIT.ok,
          lines: () => [
            `${result.file}: ${result.added} added, ${result.kept} kept. Check it and keep it with the project.`,
          ],
        };
      }),
    );
}

function reset(command: Command, execute: Execute): void {
  command
    .command('reset')
    .description('forget everything deployed to it')
    .action(
      execute(async (context) => {
        const { resetLocal } = await import('../local/reset.ts');
        const result = await resetLocal(await context.root());
        return {
          result,
          exitCode: EXIT.ok,
          lines: () => [
            result.removed ? 'The embedded Cloudflare is empty again.' : 'There was nothing to forget.',
          ],
        };
      }),
    );
}

function port(value: string): number {
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535)
    throw new InvalidArgumentError('It needs a port number.');
  return Number(value);
}
