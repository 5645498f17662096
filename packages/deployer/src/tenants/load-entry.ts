import { join } from 'node:path';
import { ConfigError } from '../errors.ts';
import { didYouMean } from '../findings/did-you-mean.ts';
import type { Finding } from '../findings/finding.ts';
import type { LoadedProject } from '../project/load-project-config.ts';
import { chooseWorkers, type ChosenWorker } from './choose-worker.ts';
import { framed } from './entry-of.ts';
import { linkedFilesRefusal } from './linked-files.ts';
import type { LoadedTenant, Overlay } from './loaded-tenant.ts';
import type { ReadDefinition, TenantEntry } from './tenant-source.ts';
import { hasWorkerFile, type WorkerFile } from './worker-files.ts';
import { compact } from '../json.ts';

/** What is needed to read one tenant. */
export interface EntryContext {
  readonly rootDir: string;
  readonly project: LoadedProject;
  readonly entry: TenantEntry;
  /** Reads the wrangler file of a folder, once for many tenants. */
  readonly readBase: (dir: string) => Promise<WorkerFile>;
  /** Whether there is something called so in `tenants/`. */
  readonly hasFolder: (id: string) => boolean;
}

/** A tenant whose definition is read. */
export interface ReadEntry {
  /** Names of its shared Workers; `[null]` for one of its own. */
  readonly names: readonly (string | null)[];
  /** About the definition, beside those of each Worker. */
  readonly findings: readonly Finding[];
  /** @throws ConfigError USAGE when the name is none of them, or several and none was named */
  readonly load: (worker: string | undefined) => Promise<LoadedTenant>;
}

/** Reads the definition of a tenant and finds its Workers. */
export async function loadEntry(context: EntryContext): Promise<ReadEntry> {
  const { rootDir, project, entry } = context;
  const dir = entry.dir ?? join(rootDir, 'tenants', entry.id);
  const elsewhere = entry.from === 'table' || entry.from === 'code';
  const refusal = elsewhere && !context.hasFolder(entry.id) ? null : await refusalOf(context, dir, dir);
  if (refusal !== null) return refused(context, dir, refusal);
  const definition = await entry.read();
  const folder = entry.from === 'folder' || entry.from === 'plain';
  const own = folder && hasWorkerFile(rootDir, dir);
  const { document } = definition;
  if (own || document === null) return ownWorker(context, definition, dir);
  const { workers, findings } = chooseWorkers(document, project.rules, rootDir);
  if (workers.length === 0 && findings.length === 0 && entry.from === 'folder') {
    return ownWorker(context, definition, dir);
  }
  const missing = workers.length === 0 && findings.length === 0 ? [noWorker(entry, document.place([]))] : [];
  return {
    names: workers.length === 0 ? [null] : workers.map(({ name }) => name),
    findings: [...findings, ...missing].map((finding) => framed(finding, document)),
    load: (worker) => loadShared(context, definition, { workers, worker, dir }),
  };
}

async function refusalOf(
  { rootDir, project }: EntryContext,
  tenantDir: string,
  dir: string,
): Promise<Finding | null> {
  return linkedFilesRefusal(dir, { rootDir, tenantDir, allowedRoots: project.rules.allowedRoots ?? [] });
}

/** A tenant of which nothing is read. */
function refused({ rootDir, entry }: EntryContext, dir: string, refusal: Finding): ReadEntry {
  const definition = { document: null, findings: [refusal] };
  return {
    names: [null],
    findings: [],
    load: async () => fromFile(rootDir, { entry, dir, definition, file: noFile(dir) }),
  };
}

async function ownWorker(context: EntryContext, definition: ReadDefinition, dir: string): Promise<ReadEntry> {
  const { rootDir, entry } = context;
  const { document } = definition;
  const fields = ['worker', 'workers', 'overrides'].filter(
    (name) => document !== null && Object.hasOwn(document.value as object, name),
  );
  const findings = fields.map((name): Finding => ({
    severity: 'error',
    code: 'worker-twice',
    path: name,
    ...(document === null ? {} : { place: document.place([name], 'key') }),
    message: `\`${name}\` is about a shared Worker, but tenants/${entry.id} has a wrangler file of its own.`,
    hint: 'Keep one of the two: the wrangler file, or the reference to the shared Worker.',
  }));
  return {
    names: [null],
    findings,
    load: async (worker) => {
      if (worker !== undefined) throw noSuchWorker(entry.id, worker, []);
      const file = await context.readBase(dir);
      return fromFile(rootDir, { entry, dir, definition, file });
    },
  };
}

async function loadShared(
  context: EntryContext,
  definition: ReadDefinition,
  choice: {
    readonly workers: readonly ChosenWorker[];
    readonly worker: string | undefined;
    readonly dir: string;
  },
): Promise<LoadedTenant> {
  const { rootDir, entry } = context;
  const { workers, worker, dir } = choice;
  const names = workers.map(({ name }) => name);
  const chosen = worker === undefined ? workers[0] : workers.find(({ name }) => name === worker);
  if (worker !== undefined && chosen === undefined) throw noSuchWorker(entry.id, worker, names);
  if (worker === undefined && workers.length > 1) {
    throw new ConfigError('USAGE', `The tenant "${entry.id}" has several Workers: ${names.join(', ')}.`, {
      hint: `Say which: --worker=${names[0] ?? ''}.`,
      details: { workers: names },
    });
  }
  const refusal = chosen?.namedBy === 'tenant' ? await refusalOf(context, dir, chosen.dir) : null;
  if (refusal !== null) return refused(context, dir, refusal).load(undefined);
  const file = chosen === undefined ? noFile(dir) : await context.readBase(chosen.dir);
  return {
    ...fromFile(rootDir, { entry, dir, definition, file }),
    workerName: chosen?.name ?? null,
    overlays: chosen === undefined ? [] : overlaysOf(context, definition, chosen),
  };
}

function overlaysOf(
  context: EntryContext,
  definition: ReadDefinition,
  chosen: ChosenWorker,
): readonly Overlay[] {
  const { project, entry } = context;
  const overlays: Overlay[] = [];
  if (chosen.common !== undefined && project.document !== null) {
    overlays.push({
      layer: typeof chosen.common === 'function' ? 'code' : 'overlay',
      document: project.document,
      path: ['workers', chosen.name, 'overrides'],
      overrides: chosen.common,
    });
  }
  if (chosen.own !== null && definition.document !== null) {
    overlays.push({
      layer: entry.from === 'table' || entry.from === 'code' ? entry.from : 'overlay',
      document: definition.document,
      path: chosen.own.path,
      overrides: chosen.own.overrides,
    });
  }
  return overlays;
}

function fromFile(
  rootDir: string,
  read: {
    readonly entry: TenantEntry;
    readonly dir: string;
    readonly definition: ReadDefinition;
    readonly file: WorkerFile;
  },
): LoadedTenant {
  const { entry, dir, definition, file } = read;
  const { document } = definition;
  // A row's text stands at its own lines; frames of its findings come from the document.
  const whole =
    document !== null && document.firstLine === undefined ? { [document.file]: document.text } : {};
  return {
    id: entry.id,
    from: entry.from,
    workerName: null,
    rootDir,
    dir,
    tenantFile: document,
    workerFile: file.document,
    workerPath: file.path,
    overlays: [],
    redirect: file.redirect,
    sources: { ...whole, ...file.sources },
    findings: [...definition.findings, ...file.findings],
  };
}

function noFile(dir: string): WorkerFile {
  return { document: null, path: join(dir, 'wrangler.jsonc'), redirect: null, sources: {}, findings: [] };
}

function noWorker(entry: TenantEntry, place: Finding['place']): Finding {
  return {
    severity: 'error',
    code: 'worker-missing',
    path: 'worker',
    ...compact({ place }),
    message: `The tenant "${entry.id}" names no Worker, and the project shares none.`,
    hint: 'Add `worker` with the folder of one, or `workers` in cf-deploy.config.ts.',
  };
}

function noSuchWorker(tenant: string, worker: string, names: readonly string[]): ConfigError {
  const meant = didYouMean(worker, names);
  return new ConfigError(
    'USAGE',
    `The tenant "${tenant}" has no Worker ${JSON.stringify(worker.slice(0, 64))}.`,
    {
      hint:
        meant === null
          ? names.length === 0
            ? 'It has one Worker of its own; leave out --worker.'
            : `Its Workers are: ${names.join(', ')}.`
          : `Did you mean "${meant}"?`,
    },
  );
}
