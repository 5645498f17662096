import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import type { AssetsOptions } from '../resolve/resolved-worker.ts';
import { ConfigError } from '../errors.ts';
import { statsOf } from '../on-disk.ts';
import { walkFolder } from '../documents/walk-folder.ts';
import { createJail, type Jail, JAIL_HINT } from '../security/jail.ts';
import { readIgnoreRules, readOptional, type IgnoreRules } from './ignore-rules.ts';
import { ASSET_LIMITS } from './limits.ts';
import type { JsonObject } from '../json.ts';
import { checkRuleFiles } from './rule-files.ts';

/** Files that say how assets are served; their text is uploaded too. */
const RULE_FILES = ['.assetsignore', '_headers', '_redirects'] as const;

/** Files read and hashed at once. */
const CONCURRENCY = 8;

/** A file to serve. */
export interface AssetEntry {
  /** Served path: starts with `/`, not URL-encoded. */
  readonly path: string;
  readonly hash: string;
  /** Bytes. */
  readonly size: number;
  /** Null when the name tells nothing. */
  readonly contentType: string | null;
  /** Absolute file it is read from; null: only its hash is known, so Cloudflare must have it. */
  readonly file: string | null;
}

/** The static assets of one version. */
export interface AssetManifest {
  /** Sorted by path. */
  readonly entries: readonly AssetEntry[];
  /** `assets.config` of the upload: the options and the texts of `_headers` and `_redirects`. */
  readonly config: JsonObject;
  /** SHA-256 hex over paths, hashes and config: what is served, and how. */
  readonly digest: string;
  readonly totalBytes: number;
  /** What went into the hashes beside the files, see `assetHash`. */
  readonly salt: string;
  readonly warnings: readonly string[];
}

/**
 * Reads an assets directory.
 *
 * @param context - `rootDir`: the project, which files must lie in and names in messages are relative to. @default the
 *   directory's parent. `tenantDir`: the folder of the tenant; other tenants' are refused. `allowedRoots`: further folders.
 *   `dispatchNamespace`, `scriptName`: where the Worker will be; in a namespace no two Workers share a file
 * @throws ConfigError ASSETS_INVALID when the directory is missing, a file is too large, there are too many, `_worker.js`
 *   would be published, or `_headers` or `_redirects` is wrong; `findings` lists all of it
 * @see https://developers.cloudflare.com/workers/static-assets/direct-upload/
 */
export async function readAssets(
  options: AssetsOptions,
  context: {
    readonly rootDir?: string;
    readonly tenantDir?: string;
    readonly allowedRoots?: readonly string[];
    readonly dispatchNamespace?: string | null;
    readonly scriptName?: string;
  } = {},
): Promise<AssetManifest> {
  const { directory } = options;
  const rootDir = context.rootDir ?? path.dirname(directory);
  assertDirectory(directory, rootDir);
  const jail = createJail({
    rootDir,
    tenantDir: context.tenantDir ?? null,
    allowedRoots: context.allowedRoots ?? [],
  });
  const inside = (file: string): void => assertPublishable(jail, file, rootDir);
  for (const name of ['', ...RULE_FILES]) inside(path.join(directory, name));
  const ignored = readIgnoreRules(directory);
  const names = namesBelow(directory, ignored, inside);
  for (const name of names) inside(path.join(directory, name));
  refuseWorkerScript(names, ignored);
  if (names.length > ASSET_LIMITS.filesPaid) {
    throw invalid(`There are ${names.length} assets; a version can have ${ASSET_LIMITS.filesPaid}.`);
  }
  const { dispatchNamespace = null, scriptName = '' } = context;
  const salt = dispatchNamespace === null ? '' : scriptName;
  const limit = pLimit(CONCURRENCY);
  const entries = await Promise.all(names.map((name) => limit(() => readEntry(directory, name, salt))));
  const redirects = readOptional(path.join(directory, '_redirects'));
  const headers = readOptional(path.join(directory, '_headers'));
  checkRuleFiles({
    redirects,
    headers,
    htmlHandling: options.config['html_handling'],
    directory,
    rootDir,
  });
  const config = {
    ...options.config,
    ...(redirects === null ? {} : { _redirects: redirects }),
    ...(headers === null ? {} : { _headers: headers }),
  };
  return {
    entries,
    config,
    digest: digestOf(entries, config),
    totalBytes: entries.reduce((sum, { size }) => sum + size, 0),
    salt,
    warnings: names.length > ASSET_LIMITS.filesFree ? [tooManyForFree(names.length)] : [],
  };
}

/** The body of an upload session: served path → hash and size. */
export function manifestBody(manifest: AssetManifest): Record<string, { hash: string; size: number }> {
  return Object.fromEntries(
    manifest.entries.map((entry) => [entry.path, { hash: entry.hash, size: entry.size }]),
  );
}

function assertDirectory(directory: string, rootDir: string): void {
  const found = statsOf(directory);
  if (found?.isDirectory() === true) return;
  const name = path.relative(rootDir, directory).split(path.sep).join('/');
  throw invalid(`The assets directory ${name} ${found === null ? 'does not exist' : 'is no directory'}.`, {
    hint: 'Correct "assets.directory" in the wrangler file, or build the site first.',
  });
}

function namesBelow(directory: string, rules: IgnoreRules, enter: (file: string) => void): readonly string[] {
  // gitignore semantics: below an ignored folder nothing can be taken back in.
  const skip = (name: string, isFolder: boolean): boolean => rules.ignores(isFolder ? `${name}/` : name);
  const found = walkFolder(directory, { skip, enter });
  const dangling = found.find(({ kind }) => kind === 'dangling-link');
  if (dangling !== undefined) {
    throw invalid(`The asset ${dangling.name} is a link that leads nowhere.`, {
      hint: 'Correct the link, remove it, or leave it out with .assetsignore.',
    });
  }
  return found.map(({ name }) => name);
}

function assertPublishable(jail: Jail, file: string, rootDir: string): void {
  const refusal = jail.refusal(file);
  if (refusal === null) return;
  const name = path.relative(rootDir, file).split(path.sep).join('/');
  throw invalid(`${name} would be published as an asset, and it ${refusal}.`, {
    hint: `Move it away, or leave it out with .assetsignore. ${JAIL_HINT}`,
  });
}

/** A `_worker.js` is the server code of a Pages project; published as an asset everybody could read it. */
function refuseWorkerScript(names: readonly string[], rules: IgnoreRules): void {
  const worker = names.find((name) => name === '_worker.js' || name.startsWith('_worker.js/'));
  if (worker === undefined || rules.written) return;
  throw invalid(`${worker} would be published as an asset, and it is server code.`, {
    hint: 'Add "_worker.js" to an .assetsignore in the assets directory (an empty .assetsignore publishes it).',
  });
}

async function readEntry(directory: string, name: string, salt: string): Promise<AssetEntry> {
  const file = path.join(directory, name);
  const { size } = await stat(file);
  if (size > ASSET_LIMITS.fileBytes) {
    const mebibytes = (size / 1024 / 1024).toFixed(1);
    throw invalid(
      `The asset ${name} has ${mebibytes} MiB; the limit is ${ASSET_LIMITS.fileBytes / 1024 / 1024} MiB.`,
      {
        hint: 'Put large files into R2, or leave the file out with .assetsignore.',
      },
    );
  }
  // Most Workers have no assets and need neither the hash nor the table of content types.
  const [{ assetHash }, { assetContentType }] = await Promise.all([
    import('./asset-hash.ts'),
    import('./content-type.ts'),
  ]);
  const content = await readFile(file);
  return {
    path: `/${name}`,
    hash: assetHash(content, file, salt),
    size: content.byteLength,
    contentType: assetContentType(file),
    file,
  };
}

function digestOf(entries: readonly AssetEntry[], config: JsonObject): string {
  const sortedConfig = Object.entries(config).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const files = entries.map((entry) => [entry.path, entry.hash]);
  return createHash('sha256')
    .update(JSON.stringify([files, sortedConfig]))
    .digest('hex');
}

function tooManyForFree(count: number): string {
  return `There are ${count} assets; accounts on the free plan can have ${ASSET_LIMITS.filesFree} in a version.`;
}

function invalid(message: string, options: { hint?: string } = {}): ConfigError {
  return new ConfigError('ASSETS_INVALID', message, options);
}
