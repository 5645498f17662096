import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CommandModule } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

/** `init`: begins a project, in an empty folder or beside a wrangler file. */
export const init: CommandModule = {
  name: 'init',
  summary: 'begin a project, in an empty folder or beside a wrangler file',
  examples: ['cf-deploy init', 'cf-deploy init --root=platform --dry-run'],
  configure(command, execute) {
    command.option('--dry-run', 'only say what would be written').action(
      execute<{ readonly dryRun?: boolean }>(async ({ flags, world }, { flags: { dryRun = false } }) => {
        const root = resolve(world.cwd, flags.root ?? '.');
        const { initProject } = await import('@cf-deploy/deployer');
        if (!dryRun) await mkdir(root, { recursive: true });
        const result = await initProject(root, { dryRun });
        return {
          result,
          exitCode: EXIT.ok,
          lines: (style) => [
            ...result.files,
            ...result.kept.map((file) => style.dim(`kept ${file}: it is there already`)),
            ...(result.files.length === 0 ? ['Nothing is missing.'] : []),
            '',
            ...result.next.map((line) => `  ${line}`),
          ],
        };
      }),
    );
  },
};
