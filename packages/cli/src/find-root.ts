import { readdir } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { UsageError } from './usage-error.ts';

/** What makes a folder the root of a project with tenants, beside a folder `tenants`: tables, and code that may name none. */
const TABLES = /^tenants\.(jsonl|csv|ya?ml)$/;
const PROJECT_CODE = /^cf-deploy\.config\.(ts|mts|js|mjs)$/;
/** What makes a folder a project of one Worker, as wrangler knows it. */
const WORKER_FILES = /^wrangler\.(jsonc?|toml)$/;

/** What a project leaves behind when its tenants are gone: its records, and what this tool kept. */
const REMAINS: readonly string[] = ['deployments', '.cf-deploy'];

type Kind = 'tenants' | 'worker' | null;

/**
 * The project folder: the one named, else the nearest above `cwd` with tenants (a folder `tenants`, a table of them, or
 * `cf-deploy.config.ts`) or with a wrangler file. A wrangler file inside `tenants/`, or below a project whose tables or
 * code name its tenants, belongs to that project. Where neither is, the nearest with what a project leaves behind: a bad
 * release must be taken back although somebody deleted its files.
 * @throws UsageError (ROOT_NOT_FOUND) when there is none
 */
export async function findRoot(cwd: string, named: string | undefined): Promise<string> {
  if (named !== undefined) {
    const root = resolve(cwd, named);
    if ((await look(root)).kind !== null || (await hasRemains(root))) return root;
    throw notFound(`There is no folder tenants/ in ${root}.`);
  }
  let worker: string | null = null;
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const { kind, declares } = await look(folder);
    if (kind === 'worker') worker ??= folder;
    if (kind === 'tenants') {
      const within = worker === null ? '' : relative(join(folder, 'tenants'), worker);
      return worker === null || declares || !(within === '..' || within.startsWith(`..${sep}`))
        ? folder
        : worker;
    }
    if (dirname(folder) === folder) break;
  }
  if (worker !== null) return worker;
  const left = await nearestRemains(resolve(cwd));
  if (left !== null) return left;
  throw notFound(`There is no folder tenants/ in ${resolve(cwd)} or above it.`);
}

async function nearestRemains(folder: string): Promise<string | null> {
  if (await hasRemains(folder)) return folder;
  return dirname(folder) === folder ? null : nearestRemains(dirname(folder));
}

async function hasRemains(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.some((entry) => entry.isDirectory() && REMAINS.includes(entry.name));
}

/** Whether a project folder is that of one Worker, as wrangler knows it: without tenants. */
export async function isPlainRoot(root: string): Promise<boolean> {
  const { kind, declares } = await look(root);
  return kind === 'worker' || (declares && !(await hasTenants(root)));
}

/** Whether a project has files that could give a tenant several Workers. */
export async function declaresWorkers(root: string): Promise<boolean> {
  return (await look(root)).declares;
}

/** A configuration of the project alone names no tenants; tables and a folder do. */
async function hasTenants(root: string): Promise<boolean> {
  const entries = await readdir(root).catch(() => []);
  return entries.some((name) => name === 'tenants' || TABLES.test(name));
}

/** What a folder is, and whether files of it say which tenants there are. */
async function look(folder: string): Promise<{ readonly kind: Kind; readonly declares: boolean }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const declares = entries.some(
    (entry) => !entry.isDirectory() && (TABLES.test(entry.name) || PROJECT_CODE.test(entry.name)),
  );
  if (declares || entries.some((entry) => entry.isDirectory() && entry.name === 'tenants')) {
    return { kind: 'tenants', declares };
  }
  const worker = entries.some((entry) => !entry.isDirectory() && WORKER_FILES.test(entry.name));
  return { kind: worker ? 'worker' : null, declares };
}

function notFound(message: string): UsageError {
  return new UsageError(
    message,
    'Run it inside a project: one with tenants/, a table of tenants or a wrangler file. Or name it with --root.',
    'ROOT_NOT_FOUND',
  );
}
