import { statSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { spelledOnDisk } from '../documents/spelled-on-disk.ts';
import { ConfigError } from '../errors.ts';
import type { ErrorCode } from '../error-codes.ts';
import { codeFrame } from '../findings/code-frame.ts';
import type { Finding } from '../findings/finding.ts';
import type { LoadedProject } from '../project/load-project-config.ts';
import { resolveLoaded, type ResolvedResult } from './resolve-loaded.ts';
import type { ResolvedWorker } from './resolved-worker.ts';
import { withAccount } from './account-of.ts';
import { openTenants, type TenantCatalog } from '../tenants/catalog.ts';
import { framed } from '../tenants/entry-of.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import { compact } from '../json.ts';

/** What to resolve. */
export interface ResolveWorkerOptions {
  /** Absolute path of the project root. */
  readonly rootDir: string;
  readonly tenant: string;
  /** Environment as the user names it; '': the top level; undefined: likewise, but refused where there are environments. */
  readonly env?: string | undefined;
  /** Unknown fields are warnings instead of errors. @default false */
  readonly lenient?: boolean;
  /** Variables over those of the file, always as text (`--var NAME:value`). */
  readonly vars?: Readonly<Record<string, string>> | undefined;
  /** Deploys into this Workers for Platforms namespace; it has no triggers of its own. */
  readonly dispatchNamespace?: string | undefined;
  /** Which of the tenant's Workers, when it has several. */
  readonly worker?: string | undefined;
  /**
   * Rules of the project, loaded once for many tenants.
   * @default what loadProjectConfig(rootDir) gives
   */
  readonly project?: LoadedProject;
  /** Where tenants come from, opened once for many. @default what openTenants(rootDir) gives */
  readonly tenants?: TenantCatalog;
  /** Account of a Worker that names none: the one of `CLOUDFLARE_ACCOUNT_ID`. */
  readonly accountId?: string | undefined;
  /** Milliseconds since 1970; decides whether a compatibility date is in the future. @default Date.now */
  readonly now?: () => number;
}

/**
 * Reads a tenant's files and resolves them for one environment. Mistakes are findings, all at once.
 *
 * @throws ConfigError ROOT_NOT_FOUND or TENANT_UNKNOWN: there are no files to find mistakes in
 */
export async function resolveWorker(options: ResolveWorkerOptions): Promise<ResolvedResult> {
  const catalog = options.tenants ?? (await openTenants(options.rootDir, { project: options.project }));
  const { project } = catalog;
  const tenant = withAccount(await catalog.load(options.tenant, options.worker), options);
  const result = resolveLoaded(tenant, {
    env: options.env,
    lenient: options.lenient ?? false,
    vars: options.vars ?? {},
    dispatchNamespace: options.dispatchNamespace ?? null,
    project: project.rules,
    now: (options.now ?? Date.now)(),
    look: (path) => lookAt(resolve(dirname(tenant.workerPath), path)),
    spelled: (path, extensions) => {
      const folder = dirname(tenant.workerPath);
      const found = spelledOnDisk(resolve(folder, path), extensions);
      return found === null ? null : relative(folder, found).split(sep).join('/');
    },
  });
  const sources = { ...result.sources, ...project.sources };
  return {
    ...result,
    worker: project.findings.length > 0 ? null : result.worker,
    findings: [...project.findings, ...result.findings].map((finding) =>
      withFrame(finding, sources, tenant.tenantFile),
    ),
    sources,
  };
}

/** The finding with the lines it is about. */
function withFrame(
  finding: Finding,
  sources: Readonly<Record<string, string>>,
  definition: SourceDocument | null,
): Finding {
  const { place } = finding;
  if (definition?.firstLine !== undefined && place?.file === definition.file)
    return framed(finding, definition);
  const text = place === undefined ? undefined : sources[place.file];
  if (place === undefined || text === undefined) return finding;
  const frame = codeFrame(text, place).join('\n');
  return frame === '' ? finding : { ...finding, frame };
}

/**
 * {@link resolveWorker} for callers that cannot go on without a worker: it, and the environments that its files define.
 *
 * @throws ConfigError CONFIG_UNREADABLE, ENVIRONMENT_UNKNOWN or CONFIG_INVALID, with every finding
 */
export async function resolveWorkerOrThrow(
  options: ResolveWorkerOptions,
): Promise<Pick<ResolvedResult, 'environments'> & { readonly worker: ResolvedWorker }> {
  const { worker, findings, environments } = await resolveWorker(options);
  if (worker !== null) return { worker, environments };
  throw configError(options.tenant, findings);
}

/** The error for findings among which there is an error: its code says what kind, its message how many. */
export function configError(tenant: string, findings: readonly Finding[]): ConfigError {
  const errors = findings.filter((finding) => finding.severity === 'error');
  const [first] = errors;
  const place =
    first?.place === undefined ? '' : `${first.place.file}:${first.place.line}:${first.place.column} `;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new ConfigError(
    errorCode(errors),
    `The configuration of ${tenant} has errors: ${place}${first?.message ?? ''}${more}`,
    { findings, ...compact({ hint: first?.hint }) },
  );
}

function errorCode(errors: readonly Finding[]): ErrorCode {
  const codes = new Set(errors.map((finding) => finding.code));
  if (codes.has('syntax') || codes.has('file-unreadable') || codes.has('nesting-too-deep'))
    return 'CONFIG_UNREADABLE';
  if (codes.has('environment-unknown')) return 'ENVIRONMENT_UNKNOWN';
  if (codes.has('environment-not-named')) return 'ENVIRONMENT_NOT_NAMED';
  return errors.some((finding) => finding.code === 'file-missing' && finding.path === '')
    ? 'CONFIG_UNREADABLE'
    : 'CONFIG_INVALID';
}

function lookAt(path: string): 'file' | 'folder' | 'missing' {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return 'missing';
    return stats.isDirectory() ? 'folder' : 'file';
  } catch {
    // A path through a file, with a NUL or a loop of links: nothing is there.
    return 'missing';
  }
}
