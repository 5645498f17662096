import path from 'node:path';
import { z } from 'zod';
import { textOf } from '../on-disk.ts';
import { wildcard } from '../text/wildcard.ts';

/** A dependency of the project, as an upload's metadata lists it (`package_dependencies`). */
export type PackageDependency = {
  readonly name: string;
  /** Range the project asks for. */
  readonly packageJsonVersion: string;
  /** Version that is installed. */
  readonly installedVersion: string;
};

const packageSchema = z.object({
  version: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
});

/**
 * The `dependencies` of the project folder's own package.json that are installed, in its order. Empty without a readable
 * package.json: the list only informs. Names that match a pattern of `hidden` (`*` is any text) are left out.
 */
export function packageDependencies(projectDir: string, hidden: readonly string[] = []): PackageDependency[] {
  const patterns = hidden.map((pattern) => wildcard(pattern));
  const declared = readPackage(projectDir)?.dependencies ?? {};
  return Object.entries(declared).flatMap(([name, packageJsonVersion]) => {
    if (patterns.some((matches) => matches(name))) return [];
    const installedVersion = installedVersionOf(name, projectDir);
    return installedVersion === null ? [] : [{ name, packageJsonVersion, installedVersion }];
  });
}

function installedVersionOf(name: string, projectDir: string): string | null {
  // A name from a file must not lead elsewhere than into node_modules.
  if (name.split('/').some((segment) => segment === '..' || segment === '')) return null;
  for (let folder = projectDir; ; folder = path.dirname(folder)) {
    const version = readPackage(path.join(folder, 'node_modules', name))?.version;
    if (version !== undefined) return version;
    if (folder === path.dirname(folder)) return null;
  }
}

function readPackage(folder: string): z.output<typeof packageSchema> | null {
  const text = textOf(path.join(folder, 'package.json'));
  if (text === null) return null;
  try {
    return packageSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
