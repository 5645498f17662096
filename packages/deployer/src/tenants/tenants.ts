import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../errors.ts';
import { didYouMean } from '../findings/did-you-mean.ts';
import type { Finding } from '../findings/finding.ts';
import { readDocument, type ReadResult } from '../documents/read-document.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { followRedirect, readRedirected, type Redirect } from './redirect.ts';
import { isTenantId, TENANT_ID_RULE } from './tenant-id.ts';

/** A tenant's files as read: parsed, not yet checked. */
export interface LoadedTenant {
  readonly id: string;
  /** Absolute path of the project root. */
  readonly rootDir: string;
  /** Absolute path of `tenants/<id>`. */
  readonly dir: string;
  /** tenant.config.json(c), or null when it is missing or cannot be parsed (see `findings`). */
  readonly tenantFile: SourceDocument | null;
  /** wrangler.jsonc, .json or .toml, or null likewise. */
  readonly workerFile: SourceDocument | null;
  /** Absolute path of the wrangler file; of `wrangler.jsonc` when there is none. */
  readonly workerPath: string;
  /** Set when a build tool generated the wrangler file. */
  readonly redirect: Redirect | null;
  /** Name → text of the files that were read, for code frames. */
  readonly sources: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
}

/** In the order in which they are looked for. wrangler looks in this order too. */
const WORKER_FILES = ['wrangler.json', 'wrangler.jsonc', 'wrangler.toml'] as const;
const TENANT_FILES = ['tenant.config.json', 'tenant.config.jsonc'] as const;

/**
 * Ids of all tenants: the folders under `tenants/` that hold a tenant or wrangler file, sorted.
 *
 * @param rootDir absolute path of the project root
 * @throws ConfigError ROOT_NOT_FOUND without a `tenants` folder; CONFIG_INVALID when a folder's name is not a tenant id
 */
export async function loadTenants(rootDir: string): Promise<readonly string[]> {
  const dir = join(rootDir, 'tenants');
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => null);
  if (entries === null) {
    throw new ConfigError('ROOT_NOT_FOUND', `There is no tenants folder in ${rootDir}.`, {
      hint: 'Run the command in the project, or say where it is with --root.',
    });
  }
  const ids: string[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    if ((await firstExisting(join(dir, entry.name), [...TENANT_FILES, ...WORKER_FILES])) === null) continue;
    if (!isTenantId(entry.name)) {
      throw new ConfigError(
        'CONFIG_INVALID',
        `The folder tenants/${printable(entry.name)} is not a tenant id.`,
        {
          hint: `Rename it: ${TENANT_ID_RULE}.`,
        },
      );
    }
    ids.push(entry.name);
  }
  return ids.toSorted();
}

/**
 * Reads a tenant's two files, keeping positions. What is wrong with the files is in `findings`.
 *
 * @param rootDir absolute path of the project root
 * @throws ConfigError TENANT_UNKNOWN when `tenants/<tenantId>` does not exist, ROOT_NOT_FOUND without `tenants`
 */
export async function loadTenant(rootDir: string, tenantId: string): Promise<LoadedTenant> {
  const dir = join(rootDir, 'tenants', tenantId);
  if (!isTenantId(tenantId) || !(await isFolder(dir))) throw await unknownTenant(rootDir, tenantId);
  const redirected = await followRedirect(rootDir, dir);
  const workerPath =
    redirected !== null && 'path' in redirected ? redirected.path : await firstExisting(dir, WORKER_FILES);
  const tenantPath = await firstExisting(dir, TENANT_FILES);
  const [worker, tenant] = await Promise.all([
    read(rootDir, workerPath, { dir: `tenants/${tenantId}`, name: 'wrangler.jsonc' }),
    read(rootDir, tenantPath, { dir: `tenants/${tenantId}`, name: 'tenant.config.json' }),
  ]);
  const generated =
    redirected !== null && 'path' in redirected && worker.document !== null
      ? readRedirected(worker.document)
      : null;
  return {
    id: tenantId,
    rootDir,
    dir,
    tenantFile: tenant.document,
    workerFile: generated?.document ?? worker.document,
    workerPath: workerPath ?? join(dir, 'wrangler.jsonc'),
    redirect: generated?.redirect ?? null,
    sources: { ...tenant.sources, ...worker.sources },
    findings: [
      ...tenant.findings,
      ...worker.findings,
      ...(redirected !== null && 'finding' in redirected ? [redirected.finding] : []),
    ],
  };
}

async function read(
  rootDir: string,
  path: string | null,
  wanted: { readonly dir: string; readonly name: string },
): Promise<ReadResult> {
  if (path !== null) return readDocument(rootDir, path);
  const finding: Finding = {
    severity: 'error',
    code: 'file-missing',
    path: '',
    place: { file: `${wanted.dir}/${wanted.name}`, line: 1, column: 1 },
    message: `${wanted.dir} has no ${wanted.name}.`,
    hint: 'Create it; docs/configuration.md shows the smallest one.',
  };
  return { document: null, findings: [finding], sources: {} };
}

async function firstExisting(dir: string, names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const path = join(dir, name);
    if (
      await stat(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return null;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

async function unknownTenant(rootDir: string, tenantId: string): Promise<ConfigError> {
  const tenants = await loadTenants(rootDir);
  const meant = didYouMean(tenantId, tenants);
  return new ConfigError('TENANT_UNKNOWN', `There is no tenant "${printable(tenantId)}".`, {
    hint: meant === null ? `Tenants are: ${tenants.join(', ') || '(none)'}.` : `Did you mean "${meant}"?`,
    details: { tenants },
  });
}

/** The text with everything but plain ASCII escaped, so that look-alikes and control characters show. */
function printable(text: string): string {
  const short = text.length > 64 ? `${text.slice(0, 64)}…` : text;
  return short.replaceAll(/[^\x20-\x7e…]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return String.raw`\u{${code.toString(16)}}`;
  });
}
