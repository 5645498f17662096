import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from './usage-error.ts';

/**
 * The project folder: the one named, else the nearest above `cwd` with a folder `tenants`.
 * @throws UsageError (ROOT_NOT_FOUND) when there is none
 */
export async function findRoot(cwd: string, named: string | undefined): Promise<string> {
  if (named !== undefined) {
    const root = resolve(cwd, named);
    if (await hasTenants(root)) return root;
    throw notFound(`There is no folder tenants/ in ${root}.`);
  }
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (await hasTenants(folder)) return folder;
    if (dirname(folder) === folder) break;
  }
  throw notFound(`There is no folder tenants/ in ${resolve(cwd)} or above it.`);
}

function notFound(message: string): UsageError {
  return new UsageError(
    message,
    'Run it inside the project, or name the project with --root.',
    'ROOT_NOT_FOUND',
  );
}

async function hasTenants(folder: string): Promise<boolean> {
  return stat(join(folder, 'tenants')).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}
