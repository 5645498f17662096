import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { buildBaseDir } from '../../bundle/base-dir.ts';
import { stableJson } from '../../sections/canonical.ts';
import { prepareRelease } from '../../plan/prepare.ts';
import { resolveOptions } from '../../session/resolve-options.ts';
import { resolveWorker } from '../../resolve/resolve-worker.ts';
import type { ResolvedWorker } from '../../resolve/resolved-worker.ts';
import type { CommandScope, World } from '../../session/world.ts';
import { TABLE_FILES, tableSource } from '../../tenants/table-source.ts';
import type { FleetMember } from './fleet-target.ts';

/** Files that may change every build of the folders below them. */
const SHARED_FILES =
  /^(package(-lock)?\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|tsconfig.*\.json)$/;
/** Files that may change every tenant. */
const PROJECT_FILE = /^cf-deploy\.config\.(ts|mts|js|mjs)$/;

/**
 * The targets that differ from a git ref: an input of their bundle, a file of the tenant, its row in a table, its
 * wrangler file or assets, a lockfile or tsconfig above its Worker, or the project's configuration. What is not
 * committed counts as changed. Whose files cannot be resolved or built counts as changed too.
 *
 * @throws ConfigError USAGE for a ref git does not know, or without git
 */
export async function changedSince(
  world: World,
  scope: CommandScope,
  options: {
    readonly ref: string;
    readonly env: string | undefined;
    readonly members: readonly FleetMember[];
  },
): Promise<readonly FleetMember[]> {
  const changed = await world.git.changedFiles(options.ref);
  if (changed.length === 0) return [];
  if (changed.some((file) => PROJECT_FILE.test(file))) return options.members;
  const rows = await changedRows(world, options.ref, changed);
  const catalog = await scope.tenants();
  const found: FleetMember[] = [];
  for (const member of options.members) {
    const { tenant } = member;
    const loaded = await catalog.load(tenant, member.worker ?? undefined).catch(() => null);
    // Code may have read anything to give its tenants.
    const fromCode = loaded?.from === 'code' && changed.some((file) => !file.startsWith('tenants/'));
    if (
      fromCode ||
      rows.has(tenant) ||
      (await isTouched(world, scope, { member, env: options.env, changed }))
    )
      found.push(member);
  }
  return found;
}

async function isTouched(
  world: World,
  scope: CommandScope,
  {
    member,
    env,
    changed,
  }: { readonly member: FleetMember; readonly env: string | undefined; readonly changed: readonly string[] },
): Promise<boolean> {
  const { worker } = await resolveWorker(
    await resolveOptions(world, scope, { tenant: member.tenant, env, worker: member.worker ?? undefined }),
  );
  if (worker === null) return true;
  const cheap = cheapInputs(worker);
  if (
    changed.some((file) => cheap.files.has(file) || cheap.folders.some((folder) => file.startsWith(folder)))
  )
    return true;
  if (changed.some((file) => isSharedAbove(file, cheap.dir))) return true;
  const inputs = await prepareRelease({ world, scope, worker }).then(
    ({ bundle }) => new Set(bundle?.inputs.map(({ path }) => inProject(worker, path))),
    () => null,
  );
  return inputs === null || changed.some((file) => inputs.has(file));
}

/** A bundle names its inputs relative to the folder of the build. */
function inProject({ build, rootDir }: ResolvedWorker, path: string): string {
  const base = build === null ? rootDir : buildBaseDir(build, rootDir);
  return relative(rootDir, resolve(base, path)).split(sep).join('/');
}

/** What needs no build: the wrangler file, the tenant's folder, the assets. */
function cheapInputs(worker: ResolvedWorker) {
  const below = (path: string): string => relative(worker.rootDir, path).split(sep).join('/');
  const config = below(worker.configFile);
  const folders = [worker.tenantDir, ...(worker.assets === null ? [] : [worker.assets.directory])].map(below);
  return {
    files: new Set([config]),
    dir: dirname(config),
    folders: folders.filter((folder) => folder !== '').map((folder) => `${folder}/`),
  };
}

function isSharedAbove(file: string, dir: string): boolean {
  const at = file.lastIndexOf('/');
  const folder = at === -1 ? '' : file.slice(0, at);
  return SHARED_FILES.test(file.slice(at + 1)) && (folder === '' || `${dir}/`.startsWith(`${folder}/`));
}

/** Ids of tenants whose rows differ from those of the ref. */
async function changedRows(
  world: World,
  ref: string,
  changed: readonly string[],
): Promise<ReadonlySet<string>> {
  const different = new Set<string>();
  for (const file of TABLE_FILES.filter((name) => changed.includes(name))) {
    const now = await rowsIn(world.rootDir, file);
    const before = await rowsAt(world, ref, file);
    for (const [id, row] of now) if (before.get(id) !== row) different.add(id);
  }
  return different;
}

async function rowsAt(world: World, ref: string, file: string): Promise<ReadonlyMap<string, string>> {
  const text = await world.git.fileAt(ref, file);
  if (text === null) return new Map();
  const dir = await mkdtemp(join(tmpdir(), 'cf-deploy-rows-'));
  try {
    await writeFile(join(dir, file), text);
    return await rowsIn(dir, file);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function rowsIn(dir: string, file: string): Promise<ReadonlyMap<string, string>> {
  const rows = new Map<string, string>();
  for await (const some of tableSource(dir, file).entries()) {
    for (const entry of some) {
      if (entry.kind === 'problem') continue;
      const { document } = await entry.read();
      rows.set(entry.id, stableJson(document?.value ?? null));
    }
  }
  return rows;
}
