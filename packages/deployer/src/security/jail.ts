import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';

/** What may be read for one tenant: real paths are compared, so that no link leads out. */
export interface Jail {
  /**
   * Why a file or folder must not be read or published, as the end of a sentence that begins with its name; null when
   * it may. What does not exist has no reason: whoever reads it says so.
   */
  refusal(file: string): Promise<string | null>;
  /** Real folders outside of which nothing may be read; in them not everything may. */
  folders(): Promise<readonly string[]>;
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
  let around: Promise<readonly string[]> | undefined;
  const packages = (): Promise<readonly string[]> => (around ??= realPackageFolders(rootDir));
  const further = Promise.all(named.map((folder) => realOrSame(folder)));
  const tenants = realOrSame(path.join(rootDir, 'tenants'));
  return {
    folders: async () => [await root, ...(await packages()), ...(await further)],
    async refusal(file) {
      const real = await realpath(file).catch(() => null);
      if (real === null) return isCredentialFile(path.relative(rootDir, file)) ? CREDENTIALS : null;
      const isNamed = (await further).some((folder) => isBelow(real, folder));
      const isIn = (folder: string): boolean => isBelow(real, folder);
      const inside = [await root].find(isIn) ?? [...(await packages()), ...(await further)].find(isIn);
      if (isCredentialFile(path.basename(file)) || isCredentialFile(path.relative(inside ?? rootDir, real))) {
        return CREDENTIALS;
      }
      if (inside === undefined) return 'lies outside of the project';
      const owner = ownerOf(real, await tenants);
      const allowed =
        isNamed || owner === null || (own !== null && owner === ownerOf(await own, await tenants));
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

async function realPackageFolders(rootDir: string): Promise<readonly string[]> {
  const found = await Promise.all([
    ...packageFolders(rootDir).map((folder) => realOrSame(folder)),
    linkedPackages(rootDir),
  ]);
  return found.filter((folder) => folder !== null);
}

/**
 * Where the project's own `node_modules` leads when it is a link, as package stores and caches make them. Only to a
 * folder of that name: a link of a contributor must not open any other.
 */
async function linkedPackages(rootDir: string): Promise<string | null> {
  const real = await realpath(path.join(rootDir, 'node_modules')).catch(() => null);
  return real !== null && path.basename(real) === 'node_modules' ? real : null;
}

/** The tenant whose folder a file lies in; null for shared files. */
function ownerOf(real: string, tenants: string): string | null {
  if (!isBelow(real, tenants)) return null;
  const [name = ''] = path.relative(tenants, real).split(path.sep);
  const folder = path.join(tenants, name);
  return TENANT_FILES.some((file) => existsSync(path.join(folder, file))) ? name : null;
}

async function realOrSame(folder: string): Promise<string> {
  return realpath(folder).catch(() => path.resolve(folder));
}
