import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { ConfigError } from '../errors.ts';

/** Variables of one file, and its name as messages show it. */
export interface EnvFile {
  /** Relative to the root, with `/`. */
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Larger than any file of variables. */
const LARGEST = 1024 * 1024;

/** Aliases of environment names, as for environments themselves. */
const ALIASES: readonly (readonly string[])[] = [
  ['dev', 'develop', 'development'],
  ['staging', 'stg', 'preview'],
  ['production', 'prod', 'prd'],
];

/**
 * Reads the files that may hold a tenant's token and secrets, nearest first: `tenants/<t>/.env.<env>` (by its name or
 * an alias of it), `tenants/<t>/.env`, `.env.deploy` at the root. Missing files are left out.
 * @throws ConfigError CONFIG_UNREADABLE for one that is there but cannot be read
 */
export async function readEnvFiles(options: {
  readonly rootDir: string;
  readonly tenant: string;
  readonly environment: string | null;
}): Promise<readonly EnvFile[]> {
  const files = await Promise.all(
    envFileNames(options.tenant, options.environment).map((name) => readEnvFile(options.rootDir, name)),
  );
  return files.filter((file) => file !== null);
}

/** Names of those files, nearest first. */
export function envFileNames(tenant: string, environment: string | null): readonly string[] {
  const folder = `tenants/${tenant}`;
  const group = ALIASES.find((names) => environment !== null && names.includes(environment));
  const names =
    environment === null ? [] : [environment, ...(group ?? []).filter((name) => name !== environment)];
  return [...names.map((name) => `${folder}/.env.${name}`), `${folder}/.env`, '.env.deploy'];
}

async function readEnvFile(rootDir: string, name: string): Promise<EnvFile | null> {
  try {
    const bytes = await readFile(join(rootDir, name));
    if (bytes.byteLength > LARGEST) throw new Error(`it has ${bytes.byteLength} bytes`);
    return { name, values: parse(bytes) };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError('CONFIG_UNREADABLE', `${name} cannot be read: ${why}.`, { cause: error });
  }
}
