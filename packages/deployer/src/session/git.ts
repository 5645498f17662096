import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { childEnvironment } from '../security/child-environment.ts';
import { ConfigError } from '../errors.ts';

const execFileAsync = promisify(execFile);

/** The checkout a deploy is made from. */
export interface Commit {
  /** 40 hex. */
  readonly sha: string;
  /** Files differ from the commit. */
  readonly dirty: boolean;
}

/** What is asked of git; null where there is no repository or no git. */
export interface Git {
  commit(): Promise<Commit | null>;
  /** Whether `older` is an ancestor of `newer`; null when git cannot tell (a commit it does not know). */
  isAncestor(older: string, newer: string): Promise<boolean | null>;
  /** Those of the files that git tracks; none where there is no repository. Paths relative to the folder. */
  tracked(files: readonly string[]): Promise<readonly string[]>;
  /**
   * Files of the folder, relative to it, that differ from a ref; those that are not committed too.
   * @throws ConfigError USAGE for a ref git does not know, or without git
   */
  changedFiles(ref: string): Promise<readonly string[]>;
  /**
   * Where the repository comes from and which folder of it this is, the same for every checkout: host and path of its
   * remote, without what differs between ssh and https. Null without a remote.
   */
  origin?(): Promise<string | null>;
  /** Text of a file of the folder at a ref; null when there was none. */
  fileAt(ref: string, file: string): Promise<string | null>;
}

/** What this tool writes is no change of what is deployed, whether the project ignores it or not. */
const WRITTEN_HERE = [':(exclude).cf-deploy', ':(exclude)deployments'];

/** Git of a folder, by the command-line tool. Fixed arguments, no shell. */
export function createGit(
  rootDir: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Git {
  const git = async (...args: readonly string[]): Promise<string> => {
    if (!isInCheckout(rootDir)) throw new Error('not a git repository');
    const { stdout } = await execFileAsync('git', ['-C', rootDir, ...args], {
      timeout: 10_000,
      maxBuffer: 16 * 1024 * 1024,
      env: childEnvironment(env),
    });
    return stdout.trim();
  };
  return {
    async commit() {
      try {
        const how = ['--porcelain=v2', '--branch', '--untracked-files=normal'];
        const status = await git('status', ...how, '--', ':/', ...WRITTEN_HERE);
        const sha = /^# branch\.oid ([0-9a-f]{40,64})$/m.exec(status)?.[1];
        return sha === undefined ? null : { sha, dirty: /^[^#]/m.test(status) };
      } catch {
        return null;
      }
    },
    async tracked(files) {
      const listed = await git('ls-files', '-z', '--', ...files.map((file) => `:(literal)${file}`)).catch(
        () => '',
      );
      return listed.split('\0').filter((name) => files.includes(name));
    },
    async isAncestor(older, newer) {
      if (!/^[0-9a-f]{7,64}$/.test(older) || !/^[0-9a-f]{7,64}$/.test(newer)) return null;
      try {
        await git('merge-base', '--is-ancestor', older, newer);
        return true;
      } catch (error) {
        return isExit(error, 1) ? false : null;
      }
    },
    async changedFiles(ref) {
      const sha = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`).catch(
        () => null,
      );
      if (sha === null) throw unknownRef(ref);
      const [changed, added] = await Promise.all([
        git('diff', '--name-only', '--no-renames', '-z', '--relative', sha),
        git('ls-files', '--others', '--exclude-standard', '-z'),
      ]);
      return [...changed.split('\0'), ...added.split('\0')].filter((file) => file !== '');
    },
    origin: () => originOf(git),
    async fileAt(ref, file) {
      const sha = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`);
      return git('show', `${sha}:./${file}`).catch(() => null);
    },
  };
}

/** Where there is no checkout git has nothing to tell, and every question costs a process. `GIT_DIR` is not passed on. */
function isInCheckout(rootDir: string): boolean {
  if (!existsSync(rootDir)) return false;
  for (let folder = realpathSync(rootDir); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return true;
    if (folder === dirname(folder)) return false;
  }
}

/** The remote and the folder below the top; null without a remote, or without git. */
async function originOf(git: (...args: readonly string[]) => Promise<string>): Promise<string | null> {
  try {
    const [remotes, prefix] = await Promise.all([
      git('config', '--get-regexp', '^remote\\..*\\.url$'),
      git('rev-parse', '--show-prefix'),
    ]);
    const urls = remotes.split('\n').map((line) => line.split(' ') as [string, string?]);
    const url = (urls.find(([name]) => name === 'remote.origin.url') ?? urls[0])?.[1];
    return url === undefined ? null : `${repositoryName(url)}#${prefix.replace(/\/$/, '')}`;
  } catch {
    return null;
  }
}

/** `git@host:owner/name.git` and `https://token@host/owner/name` are one: `host/owner/name`. */
export function repositoryName(url: string): string {
  return url
    .replace(/^[a-z+]+:\/\//i, '')
    .replace(/^[^@/]*@/, '')
    .replace(/^([^/:]+):(?:\d+\/)?/, '$1/')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .toLowerCase();
}

function unknownRef(ref: string): ConfigError {
  return new ConfigError('USAGE', `git knows no commit ${JSON.stringify(ref.slice(0, 64))} here.`, {
    hint: 'Name a branch, a tag or a commit; a shallow clone may lack it (fetch-depth: 0).',
  });
}

function isExit(error: unknown, code: number): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
