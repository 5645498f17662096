import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCli, type CliOptions, type CliRun } from './run-cli.ts';

const REPOSITORY = fileURLToPath(new URL('../../../..', import.meta.url));

/** A copy of this repository's tenants and their Worker in a folder of its own. */
export interface Project {
  readonly root: string;
  /** Runs a command in it. */
  cli(args: readonly string[], options?: CliOptions): Promise<CliRun>;
  /** Runs a command with `--local --json`. */
  local(args: readonly string[], options?: CliOptions): Promise<CliRun>;
  read(file: string): Promise<string>;
  write(file: string, text: string): Promise<void>;
  /** Replaces the first `from` in a file; it must be there. */
  edit(file: string, from: string, to: string): Promise<void>;
  remove(): Promise<void>;
}

/** What holds of every command in a project, unless one says otherwise. */
type Always = Pick<CliOptions, 'runtime'>;

/** Makes the copy. Remove it in the end. */
export async function createProject(always: Always = {}): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), 'cf-deploy-project-'));
  await Promise.all([
    cp(join(REPOSITORY, 'tenants'), join(root, 'tenants'), {
      recursive: true,
      // A developer's own tokens must not get into tests.
      filter: (source) => !/\/\.env(?!\.example)/.test(source),
    }),
    cp(join(REPOSITORY, 'packages/worker-api/src'), join(root, 'packages/worker-api/src'), {
      recursive: true,
    }),
  ]);
  return projectAt(root, always);
}

/** Copies a project's folder, to run commands in the copy. Remove it in the end. */
export async function copyProject(folder: string, always: Always = {}): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), 'cf-deploy-project-'));
  await cp(folder, root, { recursive: true, verbatimSymlinks: true });
  return projectAt(root, always);
}

function projectAt(root: string, always: Always): Project {
  const cli: Project['cli'] = (args, options) =>
    runCli([...args, '--root', root], { cwd: root, ...always, ...options });
  return {
    root,
    cli,
    local: (args, options) => cli([...args, '--local', '--json'], options),
    read: (file) => readFile(join(root, file), 'utf8'),
    // Env files that others can read are refused.
    write: (file, text) =>
      writeFile(join(root, file), text, { mode: /(^|\/)\.env/.test(file) ? 0o600 : 0o644 }),
    async edit(file, from, to) {
      const text = await readFile(join(root, file), 'utf8');
      if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`);
      await writeFile(
        join(root, file),
        text.replace(from, () => to),
      );
    },
    remove: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}
