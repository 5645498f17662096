import { dirname, join, relative, resolve, sep } from 'node:path';
import { textOf } from '../on-disk.ts';
import type { Finding } from '../findings/finding.ts';
import type { Json, JsonObject } from '../json.ts';
import type { SourceDocument } from '../documents/source-document.ts';

/** What a redirected configuration knows of the file it was made from. */
export interface Redirect {
  /** `name` of the original file, without a suffix. */
  readonly topLevelName: string | null;
  /** Environments of the original file. */
  readonly definedEnvironments: readonly string[];
  /** Environment the build was made for; null: the top level. */
  readonly targetEnvironment: string | null;
}

/** Where build tools (the Vite plugin, framework adapters) say which generated configuration to deploy. */
const POINTER = join('.wrangler', 'deploy', 'config.json');

/**
 * Follows `.wrangler/deploy/config.json`, as wrangler's deploy does: gives the path of the generated configuration, or
 * null when there is no such file.
 */
export function followRedirect(
  rootDir: string,
  dir: string,
): { readonly path: string } | { readonly finding: Finding } | null {
  const pointer = join(dir, POINTER);
  const text = textOf(pointer);
  if (text === null) return null;
  const target = configPath(text);
  const path = target === null ? null : resolve(dirname(pointer), target);
  if (path !== null && !relative(rootDir, path).startsWith(`..${sep}`)) return { path };
  return {
    finding: {
      severity: 'error',
      code: 'redirect',
      path: 'configPath',
      place: { file: relative(rootDir, pointer).split(sep).join('/'), line: 1, column: 1 },
      message:
        path === null
          ? 'The file does not say which configuration to deploy.'
          : 'The file points out of the project.',
      hint: 'Build the project again, or delete the file.',
    },
  };
}

function configPath(text: string): string | null {
  try {
    const { configPath: path } = JSON.parse(text) as { readonly configPath?: Json };
    return typeof path === 'string' && path !== '' ? path : null;
  } catch {
    return null;
  }
}

/** Fields that only generated configurations have. */
const GENERATED = new Set([
  'configPath',
  'userConfigPath',
  'topLevelName',
  'definedEnvironments',
  'targetEnvironment',
  'legacy_env',
  'first_party_worker',
  'python_modules',
]);

/** Splits a generated configuration into the wrangler file proper and what it says about its origin. */
export function readRedirected(document: SourceDocument): {
  readonly document: SourceDocument;
  readonly redirect: Redirect;
} {
  const raw = document.value as JsonObject;
  const text = (value: Json | undefined): string | null =>
    typeof value === 'string' && value !== '' ? value : null;
  const environments = raw['definedEnvironments'];
  // Build tools write every field, most of them empty; an empty one says nothing.
  const value = Object.fromEntries(
    Object.entries(raw).filter(([key, item]) => !GENERATED.has(key) && !isEmpty(item)),
  );
  return {
    document: { ...document, value },
    redirect: {
      topLevelName: text(raw['topLevelName']),
      definedEnvironments: Array.isArray(environments) ? environments.map(String) : [],
      targetEnvironment: text(raw['targetEnvironment']),
    },
  };
}

function isEmpty(value: Json | undefined): boolean {
  if (value === null) return true;
  return typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0;
}
