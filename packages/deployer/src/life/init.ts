import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { lineEnding } from '../tenants/edit/edit-text.ts';
import { TABLE_FILES } from '../tenants/table-source.ts';
import { WORKER_FILES } from '../tenants/worker-files.ts';
import { describeChange, makeChanges, textOf, type FileChange } from './files.ts';
import { configFile, README, TABLE, workerFiles } from './init-files.ts';

/** What a new project got. */
export interface InitResult {
  /** `empty`: a platform with a shared Worker; `wrangler`: a Worker that was there; `project`: nothing was missing. */
  readonly kind: 'empty' | 'wrangler' | 'project';
  readonly files: readonly string[];
  /** Files that would have been written and are there already. */
  readonly kept: readonly string[];
  readonly next: readonly string[];
}

/** Lines that a project's `.gitignore` needs. */
const IGNORED = ['.cf-deploy/', '.env*', '!.env.example', 'deployments/', 'node_modules/'];

/**
 * Begins a project in a folder. What is there is never overwritten: a `.gitignore` gets the lines it lacks, everything
 * else is left as it is.
 *
 * @param rootDir absolute path; the folder is made
 */
export async function initProject(
  rootDir: string,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<InitResult> {
  const names = new Set(await readdir(rootDir).catch(() => []));
  const kind = kindOf(names);
  const wanted = filesFor(kind, basename(rootDir));
  const changes: FileChange[] = [];
  const kept: string[] = [];
  for (const [file, after] of Object.entries(wanted)) {
    if ((await textOf(join(rootDir, file))) === null)
      changes.push({ kind: 'write', file, before: null, after });
    else kept.push(file);
  }
  const ignore = await ignoreChange(rootDir);
  if (ignore !== null) changes.push(ignore);
  if (!dryRun) await makeChanges(rootDir, changes);
  return { kind, files: changes.map(describeChange), kept, next: NEXT[kind] };
}

function kindOf(names: ReadonlySet<string>): InitResult['kind'] {
  const isProject =
    names.has('tenants') ||
    TABLE_FILES.some((file) => names.has(file)) ||
    [...names].some((name) => /^cf-deploy\.config\.(ts|mts|js|mjs)$/.test(name));
  if (isProject) return 'project';
  return WORKER_FILES.some((file) => names.has(file)) ? 'wrangler' : 'empty';
}

function filesFor(kind: InitResult['kind'], folder: string): Readonly<Record<string, string>> {
  const name =
    folder
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, '-')
      .replaceAll(/^-+|-+$/g, '') || 'project';
  if (kind === 'project') return {};
  if (kind === 'wrangler') return { 'cf-deploy.config.ts': configFile(name, false) };
  return {
    'cf-deploy.config.ts': configFile(name, true),
    'tenants.csv': TABLE,
    ...workerFiles(),
    'README.md': README,
  };
}

async function ignoreChange(rootDir: string): Promise<FileChange | null> {
  const before = await textOf(join(rootDir, '.gitignore'));
  const lines = new Set((before ?? '').split(/\r?\n/).map((line) => line.trim()));
  const has = (line: string): boolean => lines.has(line) || lines.has(line.replace(/\/$/, ''));
  const missing = IGNORED.filter((line) => !has(line));
  if (missing.length === 0) return null;
  const eol = before === null ? '\n' : lineEnding(before);
  const start =
    before === null || before === '' || before.endsWith('\n') ? (before ?? '') : `${before}${eol}`;
  return { kind: 'write', file: '.gitignore', before, after: `${start}${missing.join(eol)}${eol}` };
}

const NEXT: Readonly<Record<InitResult['kind'], readonly string[]>> = {
  empty: ['cf-deploy tenant add acme --account=<account id>', 'cf-deploy deploy --all --local'],
  wrangler: ['cf-deploy plan --local', 'cf-deploy deploy --local'],
  project: ['cf-deploy validate --all'],
};
