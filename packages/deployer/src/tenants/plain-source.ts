import { basename, join, relative, resolve, sep } from 'node:path';
import { readDocument } from '../documents/read-document.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import type { Finding, SourcePlace } from '../findings/finding.ts';
import type { ProjectRules } from '../project/project-config.ts';
import { entriesOf } from './entry-of.ts';
import { TENANT_FILES } from './folder-source.ts';
import { isTenantId } from './tenant-id.ts';
import {
  oneByOne,
  type ReadDefinition,
  type SourceProblem,
  type TenantEntry,
  type TenantSource,
} from './tenant-source.ts';
import { entriesIn } from '../on-disk.ts';
import { firstExisting, hasWorkerFile, readWorkerFile } from './worker-files.ts';

/** What of the project decides about plain Workers. */
type PlainRules = Pick<ProjectRules, 'healthCheck'>;

/**
 * A project of one Worker, as wrangler knows it: a folder with a wrangler file and no tenants. Its tenant has the
 * Worker's name.
 */
export function plainSource(rootDir: string, rules: PlainRules): TenantSource {
  return {
    name: 'the wrangler file',
    entries: () => oneByOne(ownEntries(rootDir, rules)),
  };
}

async function* ownEntries(rootDir: string, rules: PlainRules): AsyncIterable<TenantEntry | SourceProblem> {
  const { document } = await readWorkerFile(rootDir, rootDir);
  const { name } = (document?.value ?? {}) as { readonly name?: unknown };
  const id = [name, basename(rootDir)].find((each) => typeof each === 'string' && isTenantId(each));
  yield* plainEntries(rootDir, { dir: rootDir, id: typeof id === 'string' ? id : 'worker' }, rules);
}

/**
 * A monorepo of Workers: every folder that matches a pattern of `apps` and has a wrangler file. Its tenant has the
 * folder's name. A pattern is a path in which one part may be `*`: `apps/*`.
 */
export function appsSource(rootDir: string, patterns: readonly string[], rules: PlainRules): TenantSource {
  return {
    name: '`apps` of cf-deploy.config.ts',
    entries: () => oneByOne(appEntries(rootDir, patterns, rules)),
  };
}

async function* appEntries(
  rootDir: string,
  patterns: readonly string[],
  rules: PlainRules,
): AsyncIterable<TenantEntry | SourceProblem> {
  for (const pattern of patterns) {
    const dirs = matching(rootDir, pattern);
    if (dirs.length === 0) yield noApp(pattern);
    for (const dir of dirs) yield* plainEntries(rootDir, { dir, id: basename(dir) }, rules);
  }
}

async function* plainEntries(
  rootDir: string,
  app: { readonly dir: string; readonly id: string },
  rules: PlainRules,
): AsyncIterable<TenantEntry | SourceProblem> {
  const read = (): Promise<ReadDefinition> => readPlain(rootDir, app, rules);
  const row = await read();
  for (const entry of entriesOf({ ...row, again: () => row }, 'plain')) {
    yield entry.kind === 'tenant' ? { ...entry, dir: app.dir, read } : entry;
  }
}

/** The definition of a plain Worker: of a tenant.config.json beside its wrangler file, else made from nothing. */
async function readPlain(
  rootDir: string,
  { dir, id }: { readonly dir: string; readonly id: string },
  rules: PlainRules,
): Promise<ReadDefinition> {
  const path = firstExisting(dir, TENANT_FILES);
  if (path !== null) return readDocument(rootDir, path);
  const worker = await readWorkerFile(rootDir, dir);
  const file = worker.document?.file ?? relative(rootDir, worker.path).split(sep).join('/');
  // Without a word about health there is no route that could be asked.
  const value = { tenantId: id, ...(rules.healthCheck === undefined ? { healthCheck: false } : {}) };
  const place: SourceDocument['place'] = () => ({ file, line: 1, column: 1 });
  const document: SourceDocument = { file, text: worker.document?.text ?? '', value, place };
  return { document, findings: rules.healthCheck === undefined ? [noHealthCheck(place([]))] : [] };
}

function noHealthCheck(place: SourcePlace): Finding {
  return {
    severity: 'info',
    code: 'no-health-check',
    path: '',
    place,
    message: 'No health check is declared: that the new version is the one served is all a deploy proves.',
    hint: 'Add `healthCheck: { path: "/" }` to cf-deploy.config.ts to have it asked.',
  };
}

function matching(rootDir: string, pattern: string): readonly string[] {
  let dirs: readonly string[] = [rootDir];
  for (const part of pattern.split('/').filter((each) => each !== '' && each !== '.')) {
    dirs = dirs.flatMap((dir) => (part === '*' ? folders(dir) : [resolve(dir, part)]));
  }
  const inside = dirs.filter((dir) => !relative(rootDir, dir).startsWith('..'));
  return inside.filter((dir) => hasWorkerFile(rootDir, dir)).toSorted();
}

function folders(dir: string): readonly string[] {
  return (entriesIn(dir) ?? [])
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .map(({ name }) => join(dir, name));
}

function noApp(pattern: string): SourceProblem {
  return {
    kind: 'problem',
    finding: {
      severity: 'error',
      code: 'apps',
      path: 'apps',
      place: { file: 'cf-deploy.config.ts', line: 1, column: 1 },
      message: `No folder that matches ${JSON.stringify(pattern.slice(0, 64))} has a wrangler file.`,
      hint: 'Write a path in which one part may be `*`, such as "apps/*".',
    },
  };
}
