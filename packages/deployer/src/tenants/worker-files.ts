import { basename, dirname, join, relative, sep } from 'node:path';
import { isThere, statsOf } from '../on-disk.ts';
import { readSharedDocument, type ReadResult } from '../documents/read-document.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import type { Finding } from '../findings/finding.ts';
import { followRedirect, readRedirected, type Redirect } from './redirect.ts';

/** In the order in which they are looked for. wrangler looks in this order too. */
export const WORKER_FILES = ['wrangler.json', 'wrangler.jsonc', 'wrangler.toml'] as const;

/** The wrangler file of a folder, or the generated one it points to. */
export interface WorkerFile {
  readonly document: SourceDocument | null;
  /** Absolute path; of `wrangler.jsonc` when there is none. */
  readonly path: string;
  readonly redirect: Redirect | null;
  readonly sources: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
}

/** Reads the wrangler file of a folder. What is wrong with it is in `findings`. */
export async function readWorkerFile(rootDir: string, dir: string): Promise<WorkerFile> {
  const redirected = followRedirect(rootDir, dir);
  const path =
    redirected !== null && 'path' in redirected ? redirected.path : firstExisting(dir, WORKER_FILES);
  const read = await readOrMissing(rootDir, path, { dir, name: 'wrangler.jsonc' });
  const generated =
    redirected !== null && 'path' in redirected && read.document !== null
      ? readRedirected(read.document)
      : null;
  return {
    document: generated?.document ?? read.document,
    path: path ?? join(dir, 'wrangler.jsonc'),
    redirect: generated?.redirect ?? null,
    sources: read.sources,
    findings: [
      ...read.findings,
      ...(redirected !== null && 'finding' in redirected ? [redirected.finding] : []),
      ...(generated === null || path === null ? [] : generatedFindings(rootDir, dir, path)),
      ...(redirected === null && path !== null ? unusedFindings(rootDir, path) : []),
    ],
  };
}

/** That another wrangler file stands beside the one that is read: edits of it change nothing. */
function unusedFindings(rootDir: string, path: string): readonly Finding[] {
  const read = basename(path);
  const findings: Finding[] = [];
  // Those before it are not there, or they would be read.
  for (const name of WORKER_FILES.slice(WORKER_FILES.findIndex((file) => file === read) + 1)) {
    const other = join(dirname(path), name);
    if (!isThere(other)) continue;
    findings.push({
      severity: 'warning',
      code: 'worker-file-unused',
      path: '',
      place: { file: relative(rootDir, other).split(sep).join('/'), line: 1, column: 1 },
      message: `${name} is not read, because ${read} stands beside it.`,
      hint: 'Keep one of the two; wrangler reads the same one.',
    });
  }
  return findings;
}

/** That a generated file is deployed, and whether somebody edited its source since. */
function generatedFindings(rootDir: string, dir: string, path: string): readonly Finding[] {
  const nameOf = (file: string): string => relative(rootDir, file).split(sep).join('/');
  const source = firstExisting(dir, WORKER_FILES);
  const [made, edited] = [path, source ?? path].map((file) => statsOf(file)?.mtimeMs ?? 0);
  const place = { file: nameOf(path), line: 1, column: 1 };
  const from = source === null ? '' : ` from ${nameOf(source)}`;
  const told: Finding = {
    severity: 'info',
    code: 'generated-config',
    path: '',
    place,
    message: `${nameOf(path)} is deployed: a build tool generated it${from}, and .wrangler/deploy/config.json points to it.`,
  };
  if (source === null || (edited ?? 0) <= (made ?? 0)) return [told];
  return [
    told,
    {
      severity: 'warning',
      code: 'generated-config-old',
      path: '',
      place: { file: nameOf(source), line: 1, column: 1 },
      message: `${nameOf(source)} was edited after ${nameOf(path)} was generated from it; the edit is not deployed.`,
      hint: 'Build the project again.',
    },
  ];
}

/** Whether a folder has a wrangler file, or points to a generated one. */
export function hasWorkerFile(rootDir: string, dir: string): boolean {
  return firstExisting(dir, WORKER_FILES) !== null || followRedirect(rootDir, dir) !== null;
}

/** Reads a document, or says that it is missing. */
export async function readOrMissing(
  rootDir: string,
  path: string | null,
  wanted: { readonly dir: string; readonly name: string },
): Promise<ReadResult> {
  if (path !== null) return readSharedDocument(rootDir, path);
  const dir = relative(rootDir, wanted.dir).split(sep).join('/');
  const finding: Finding = {
    severity: 'error',
    code: 'file-missing',
    path: '',
    place: { file: dir === '' ? wanted.name : `${dir}/${wanted.name}`, line: 1, column: 1 },
    message: `${dir === '' ? 'The project' : dir} has no ${wanted.name}.`,
    hint: 'Create it; docs/configuration.md shows the smallest one.',
  };
  return { document: null, findings: [finding], sources: {} };
}

/** The first of the names that exists in the folder, as a path; null when none does. */
export function firstExisting(dir: string, names: readonly string[]): string | null {
  return names.map((name) => join(dir, name)).find((path) => isThere(path)) ?? null;
}
