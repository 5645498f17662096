import { join } from 'node:path';
import { ConfigError } from '../errors.ts';
import { isFolder, namesIn } from '../on-disk.ts';
import { remember } from '../remember.ts';
import { didYouMean } from '../findings/did-you-mean.ts';
import type { Finding } from '../findings/finding.ts';
import { filesAmong } from '../project/files-among.ts';
import { type LoadedProject, loadProjectConfig } from '../project/load-project-config.ts';
import { codeSource } from './code-source.ts';
import { duplicateFindings } from './duplicates.ts';
import { folderEntry, folderSource } from './folder-source.ts';
import { loadEntry, type ReadEntry } from './load-entry.ts';
import type { LoadedTenant } from './loaded-tenant.ts';
import { appsSource, plainSource } from './plain-source.ts';
import { printable } from './printable.ts';
import { tableSource, TABLE_FILES } from './table-source.ts';
import { isTenantId } from './tenant-id.ts';
import type { SourceLimits, SourceProblem, TenantEntry, TenantSource } from './tenant-source.ts';
import { hasWorkerFile, readWorkerFile, type WorkerFile } from './worker-files.ts';

/** All tenants of a project, wherever they come from. Reads each source once. */
export interface TenantCatalog {
  readonly project: LoadedProject;
  /** Lists tenants and problems as they are read, for output that does not wait. */
  stream(): AsyncIterable<TenantEntry | SourceProblem>;
  /**
   * Ids of all tenants, sorted.
   * @throws ConfigError ROOT_NOT_FOUND when there is no source
   */
  ids(): Promise<readonly string[]>;
  /** What is wrong with the sources themselves: rows without a tenant, ids that stand twice. */
  findings(): Promise<readonly Finding[]>;
  /** Names of a tenant's shared Workers; `[null]` for a Worker of its own. @throws ConfigError TENANT_UNKNOWN */
  workers(id: string): Promise<readonly (string | null)[]>;
  /**
   * Reads a tenant's files, keeping positions; what is wrong with them is in `findings`.
   * @param worker which of several; undefined: the only one
   * @throws ConfigError TENANT_UNKNOWN, ROOT_NOT_FOUND
   */
  load(id: string, worker?: string): Promise<LoadedTenant>;
}

/** Where a catalog reads from. */
export interface CatalogOptions {
  /** @default what loadProjectConfig(rootDir) gives */
  readonly project?: LoadedProject | undefined;
  readonly limits?: SourceLimits | undefined;
}

interface Index {
  readonly entries: ReadonlyMap<string, TenantEntry>;
  readonly findings: readonly Finding[];
}

/** Opens the tenants of a project: its folders, its tables, and what its code gives. */
export async function openTenants(rootDir: string, options: CatalogOptions = {}): Promise<TenantCatalog> {
  const project = options.project ?? (await loadProjectConfig(rootDir));
  const sources = findSources(rootDir, project, options.limits);
  const onlyFolders = sources.every(({ name }) => name === 'tenants/');
  const baseFiles = new Map<string, Promise<WorkerFile>>();
  const readBase = (dir: string): Promise<WorkerFile> =>
    remember(baseFiles, dir, () => readWorkerFile(rootDir, dir));
  let folders: ReadonlySet<string> | undefined;
  const hasFolder = (id: string): boolean => {
    folders ??= new Set((namesIn(join(rootDir, 'tenants')) ?? []).map((name) => name.toLowerCase()));
    return folders.has(id.toLowerCase());
  };
  const context = { rootDir, project, readBase, hasFolder };
  let indexed: Promise<Index> | undefined;
  let sorted: Promise<readonly string[]> | undefined;
  const index = (): Promise<Index> => (indexed ??= readIndex(rootDir, sources));

  const find = async (id: string): Promise<TenantEntry> => {
    // A folder is found without reading the others.
    const entry = onlyFolders
      ? isTenantFolder(rootDir, id)
        ? folderEntry(rootDir, id)
        : undefined
      : (await index()).entries.get(id);
    if (entry !== undefined) return entry;
    const known = [...(await index()).entries.keys()].toSorted();
    const meant = didYouMean(id, known);
    throw new ConfigError('TENANT_UNKNOWN', `There is no tenant "${printable(id)}".`, {
      hint: meant === null ? `Tenants are: ${listed(known)}.` : `Did you mean "${meant}"?`,
      details: { tenants: known.slice(0, MOST_NAMES) },
    });
  };
  const opened = new Map<string, Promise<ReadEntry>>();
  const open = async (id: string): Promise<ReadEntry> => loadEntry({ ...context, entry: await find(id) });
  // The files of a folder are looked for and read once; a row is in memory anyway.
  const read = (id: string): Promise<ReadEntry> =>
    onlyFolders ? remember(opened, id, () => open(id)) : open(id);
  return {
    project,
    stream: () => streamAll(rootDir, sources),
    ids: () => (sorted ??= index().then(({ entries }) => [...entries.keys()].toSorted())),
    findings: async () => (await index()).findings,
    workers: async (id) => (await read(id)).names,
    load: async (id, worker) => {
      const { load, findings } = await read(id);
      const twice = onlyFolders ? [] : (await index()).findings.filter(({ path }) => path === idPath(id));
      const loaded = await load(worker);
      return { ...loaded, findings: [...findings, ...twice, ...loaded.findings] };
    },
  };
}

const MOST_NAMES = 100;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ') || '(none)';
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}

/** Path of findings about an id that stands twice. */
function idPath(id: string): string {
  return `tenantId ${id}`;
}

function isTenantFolder(rootDir: string, id: string): boolean {
  return isTenantId(id) && isFolder(join(rootDir, 'tenants', id));
}

function findSources(
  rootDir: string,
  project: LoadedProject,
  limits: SourceLimits | undefined,
): readonly TenantSource[] {
  const tables = filesAmong(rootDir, TABLE_FILES).map((file) => tableSource(rootDir, file, limits));
  const { tenants } = project.rules;
  const { document } = project;
  const code = tenants === undefined || document === null ? [] : [codeSource(tenants, document, limits)];
  const folders = isFolder(join(rootDir, 'tenants')) ? [folderSource(rootDir)] : [];
  const apps =
    project.rules.apps === undefined ? [] : [appsSource(rootDir, project.rules.apps, project.rules)];
  const named = [...folders, ...tables, ...code, ...apps];
  // A wrangler file beside tenants is not one more of them.
  return named.length === 0 && hasWorkerFile(rootDir, rootDir)
    ? [plainSource(rootDir, project.rules)]
    : named;
}

async function* streamAll(
  rootDir: string,
  sources: readonly TenantSource[],
): AsyncIterable<TenantEntry | SourceProblem> {
  if (sources.length === 0) throw noSource(rootDir);
  for (const source of sources) for await (const some of source.entries()) yield* some;
}

async function readIndex(rootDir: string, sources: readonly TenantSource[]): Promise<Index> {
  const entries = new Map<string, TenantEntry>();
  const all: TenantEntry[] = [];
  const findings: Finding[] = [];
  if (sources.length === 0) throw noSource(rootDir);
  for (const source of sources) {
    for await (const some of source.entries()) {
      for (const item of some) {
        if (item.kind === 'problem') findings.push(item.finding);
        else {
          all.push(item);
          if (!entries.has(item.id)) entries.set(item.id, item);
        }
      }
    }
  }
  return { entries, findings: [...findings, ...duplicateFindings(all, idPath)] };
}

function noSource(rootDir: string): ConfigError {
  return new ConfigError('ROOT_NOT_FOUND', `There is no tenants folder in ${rootDir}.`, {
    hint: `Run the command in the project, or say where it is with --root. Tenants may also stand in ${TABLE_FILES.slice(0, 3).join(', ')}.`,
  });
}
