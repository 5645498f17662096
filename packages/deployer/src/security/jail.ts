import { existsSync } from 'node:fs';
import path from 'node:path';
import { realPathOf } from '../on-disk.ts';

/** What may be read for one tenant: real paths are compared, so that no link leads out. */
export interface Jail {
  /**
   * Why a file or folder must not be read or published, as the end of a sentence that begins with its name; null when
   * it may. What does not exist has no reason: whoever reads it says so.
   */
  refusal(file: string): string | null;
  /** Real folders outside of which nothing may be read; in them not everything may. */
  folders(): readonly string[];
}

/** Options of {@link createJail}. */
export interface JailOptions {
  /** Absolute folder with `tenants/`. */
  readonly rootDir: string;
  /** Absolute folder of the tenant, or one below it; null: no tenant's folder may be read. */
  readonly tenantDir: string | null;
  /** Further folders, absolute or relative to the root, that the project's own configuration names. */
  readonly allowedRoots?: readonly string[];
}

/** Files that hold credentials, whoever asks for them. Lower case: file systems may not tell cases apart. */
const CREDENTIAL_FILES: readonly RegExp[] = [
  /^\.env(\..*)?$/,
  /^\.envrc$/,
  /^\.dev\.vars(\..*)?$/,
  /\.(pem|key|p12|pfx|keystore|jks)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)$/,
  /^\.(npmrc|yarnrc|yarnrc\.yml|netrc|pgpass|git-credentials|htpasswd)$/,
];

/** Folders nothing of which is ever read for an upload. */
const CREDENTIAL_FOLDERS: ReadonlySet<string> = new Set(['.git', '.ssh', '.aws', '.gnupg']);

/** Marks a folder below `tenants/` as a tenant's. */
const TENANT_FILES = [
  'tenant.config.json',
  'tenant.config.jsonc',
  'wrangler.json',
  'wrangler.jsonc',
  'wrangler.toml',
];

/** True for a file that holds credentials by its name, or lies in a folder that does. `name` with `/` or `\`. */
export function isCredentialFile(name: string): boolean {
  const segments = name.toLowerCase().split(/[/\\]/);
  const base = segments.at(-1) ?? '';
  return (
    segments.some((segment) => CREDENTIAL_FOLDERS.has(segment)) ||
    CREDENTIAL_FILES.some((form) => form.test(base))
  );
}

/**
 * The jail of one tenant's files: the project, its packages (also hoisted ones, in a `node_modules` of a folder above),
 * the folders the project names, and none of another tenant.
 */
export function createJail({ rootDir, tenantDir, allowedRoots = [] }: JailOptions): Jail {
  const named = allowedRoots.map((folder) => path.resolve(rootDir, folder));
  const own = tenantDir === null ? null : realOrSame(tenantDir);
  const root = realOrSame(rootDir);
  // Most of what is read lies in the project: the packages around it are looked for when something does not.
  let around: readonly string[] | undefined;
  const packages = (): readonly string[] => (around ??= realPackageFolders(rootDir));
  const further = named.map(realOrSame);
  const tenants = realOrSame(path.join(rootDir, 'tenants'));
  return {
    folders: () => [root, ...packages(), ...further],
    refusal(file) {
      const real = realPathOf(file);
      if (real === null) return isCredentialFile(path.relative(rootDir, file)) ? CREDENTIALS : null;
      const isNamed = further.some((folder) => isBelow(real, folder));
      const isIn = (folder: string): boolean => isBelow(real, folder);
      const inside = isIn(root) ? root : [...packages(), ...further].find(isIn);
      if (isCredentialFile(path.basename(file)) || isCredentialFile(path.relative(inside ?? rootDir, real))) {
        return CREDENTIALS;
      }
      if (inside === undefined) return 'lies outside of the project';
      const owner = ownerOf(real, tenants);
      const allowed = isNamed || owner === null || (own !== null && owner === ownerOf(own, tenants));
      return allowed ? null : `belongs to another tenant, ${owner}`;
    },
  };
}

const CREDENTIALS = 'is of a kind that holds credentials, which are never uploaded';

/** What to do about a refusal. */
export const JAIL_HINT =
  'Only files of the project, of its packages and of this tenant may be used; cf-deploy.config.ts can name more folders with `allowedRoots`. Credentials never.';

function isBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return (
    relative === '' ||
    (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative))
  );
}

/** `node_modules` of the folders above the root, where a workspace keeps its packages. */
function packageFolders(rootDir: string): readonly string[] {
  const found: string[] = [];
  for (let folder = path.dirname(rootDir); ; folder = path.dirname(folder)) {
    found.push(path.join(folder, 'node_modules'));
    if (folder === path.dirname(folder)) return found;
  }
}

/** Those that are there. */
function realPackageFolders(rootDir: string): readonly string[] {
  const folders = [...packageFolders(rootDir).map(realPathOf), linkedPackages(rootDir)];
  return folders.filter((folder) => folder !== null);
}

/**
 * Where the project's own `node_modules` leads when it is a link, as package stores and caches make them. Only to a
 * folder of that name: a link of a contributor must not open any other.
 */
function linkedPackages(rootDir: string): string | null {
  const real = realPathOf(path.join(rootDir, 'node_modules'));
  return real !== null && path.basename(real) === 'node_modules' ? real : null;
}

/** The tenant whose folder a file lies in; null for shared files. */
function ownerOf(real: string, tenants: string): string | null {
  if (!isBelow(real, tenants)) return null;
  const [name = ''] = path.relative(tenants, real).split(path.sep);
  const folder = path.join(tenants, name);
  return TENANT_FILES.some((file) => existsSync(path.join(folder, file))) ? name : null;
}

function realOrSame(folder: string): string {
  return realPathOf(folder) ?? path.resolve(folder);
}
