import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { ConfigError, CredentialsError } from '../errors.ts';
import { namesIn } from '../on-disk.ts';
import { remember } from '../remember.ts';
import { sameEnvironment } from '../resolve/environments.ts';

/** Variables of one file, and its name as messages show it. */
export interface EnvFile {
  /** Relative to the root, with `/`. */
  readonly name: string;
  /** Whose it is: the tenant's alone, or every tenant's. */
  readonly scope: 'tenant' | 'project';
  readonly values: Readonly<Record<string, string>>;
  /** Permission bits. */
  readonly mode: number;
}

/** Larger than any file of variables. */
const LARGEST = 1024 * 1024;
/** The file at the root that all tenants may use. */
const PROJECT_FILE = '.env.deploy';

/** The env files of a project. Which there are is looked up once in each folder. */
export interface EnvFiles {
  /**
   * Every env file in a tenant's folder and at the root, whatever its environment: what a redactor has to know. Read once;
   * one that cannot be read is left out.
   */
  all(tenant: string): Promise<readonly EnvFile[]>;
  /**
   * Reads the files that may hold a tenant's token and secrets, nearest first: `tenants/<t>/.env.<env>` (by its name or an
   * alias of it), `tenants/<t>/.env`, `.env.deploy` at the root. Missing files are left out.
   * @throws ConfigError CONFIG_UNREADABLE for one that is there but cannot be read
   * @throws CredentialsError ENV_FILE_EXPOSED for one that is a link to somewhere else
   */
  nearest(tenant: string, environment: string | null): Promise<readonly EnvFile[]>;
  /** `.env.deploy` at the root; null without one. @throws as `nearest` */
  project(): Promise<EnvFile | null>;
}

/** Opens the env files of a project; nothing is read yet. */
export function openEnvFiles(rootDir: string): EnvFiles {
  const lists = new Map<string, readonly string[]>();
  const read = new Map<string, readonly EnvFile[]>();
  const namesOf = (folder: string): readonly string[] =>
    remember(lists, folder, () => namesIn(join(rootDir, folder)) ?? []);
  const filesIn = (folder: string): readonly EnvFile[] =>
    remember(read, folder, () => envFilesIn(rootDir, folder, namesOf(folder)));
  let folders: ReadonlySet<string> | undefined;
  const hasFolder = (tenant: string): boolean => {
    folders ??= new Set(namesOf('tenants/').map(folded));
    return folders.has(folded(tenant));
  };
  return {
    async all(tenant) {
      const own = hasFolder(tenant) ? filesIn(`tenants/${tenant}/`) : [];
      return [...own, ...filesIn('')];
    },
    async nearest(tenant, environment) {
      const folder = `tenants/${tenant}/`;
      const own = hasFolder(tenant) ? namesOf(folder) : [];
      const there = new Set([...own.map((name) => `${folder}${name}`), ...namesOf('')].map(folded));
      const names = envFileNames(tenant, environment).filter((name) => there.has(folded(name)));
      return names.map((name) => readEnvFile(rootDir, name)).filter((file) => file !== null);
    },
    project: async () => readEnvFile(rootDir, PROJECT_FILE),
  };
}

/** Some file systems find a file whatever the case. */
function folded(name: string): string {
  return name.toLowerCase();
}

function envFilesIn(rootDir: string, folder: string, names: readonly string[]): readonly EnvFile[] {
  const wanted = names.filter(
    (name) => /^\.(?:env|dev\.vars)(?:\.|$)/i.test(name) && name !== '.env.example',
  );
  const files = wanted.map((name) => {
    try {
      return readEnvFile(rootDir, `${folder}${name}`);
    } catch {
      return null;
    }
  });
  return files.filter((file) => file !== null);
}

/** Names of the files a tenant's values come from, nearest first. */
export function envFileNames(tenant: string, environment: string | null): readonly string[] {
  const folder = `tenants/${tenant}`;
  const names = environment === null ? [] : sameEnvironment(environment);
  // An environment's name is anything; one that would lead out of the folder has no file.
  const plain = names.filter((name) => /^[\w.-]+$/.test(name));
  return [...plain.map((name) => `${folder}/.env.${name}`), `${folder}/.env`, PROJECT_FILE];
}

function readEnvFile(rootDir: string, name: string): EnvFile | null {
  const path = join(rootDir, name);
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    if (!stats.isFile()) throw new Error('it is no file');
    if (stats.size > LARGEST) throw new Error(`it has ${stats.size} bytes`);
    refuseLink(rootDir, name);
    const values = parse(readFileSync(path));
    return { name, scope: name.includes('/') ? 'tenant' : 'project', values, mode: stats.mode & 0o777 };
  } catch (error) {
    if (error instanceof CredentialsError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError('CONFIG_UNREADABLE', `${name} cannot be read: ${why}.`, {
      cause: error,
      hint: 'Put a text file with lines NAME=value in its place, readable by this user only (chmod 600), or move it away.',
    });
  }
}

/** A link in one tenant's folder could lead to another tenant's file. */
function refuseLink(rootDir: string, name: string): void {
  const [folder = '', ...below] = name.includes('/') ? name.split('/') : ['', name];
  const base = realpathSync.native(join(rootDir, folder));
  if (realpathSync.native(join(rootDir, name)) === join(base, ...below)) return;
  throw new CredentialsError('ENV_FILE_EXPOSED', `${name} is a link to a file somewhere else.`, {
    hint: 'Put the file itself there: a link could hand out what belongs to another tenant.',
  });
}
