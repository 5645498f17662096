import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { ResolvedWorker } from '@cf-deploy/deployer';
import type { Seed } from '@cf-deploy/emulator';
import type { LocalPaths } from './paths.ts';
import { mergeSeeds, seedOf } from './seed-of.ts';

/**
 * Every tenant in every environment, as far as the files can be resolved. A tenant with mistakes is left out: the
 * command itself reports them.
 */
export async function resolveAll(rootDir: string): Promise<readonly ResolvedWorker[]> {
  const { openTenants, resolveWorker } = await import('@cf-deploy/deployer');
  const tenants = await openTenants(rootDir);
  const shared = { rootDir, tenants, lenient: true };
  const workers: ResolvedWorker[] = [];
  for (const tenant of await tenants.ids()) {
    const top = await resolveWorker({ ...shared, tenant }).catch(() => null);
    const others = await Promise.all(
      (top?.environments ?? []).map((env) => resolveWorker({ ...shared, tenant, env }).catch(() => null)),
    );
    for (const result of [top, ...others]) {
      if (result !== null && result.worker !== null) workers.push(result.worker);
    }
  }
  return workers;
}

/**
 * Makes what the Workers name, once: what was seeded before and deleted since stays deleted, as it would on Cloudflare.
 */
export async function seedOnce(
  paths: LocalPaths,
  workers: readonly ResolvedWorker[],
  seed: (seed: Seed) => Promise<void>,
): Promise<void> {
  const before = new Set(await readSeeded(paths));
  const fresh = seedOf(workers).filter(({ key }) => !before.has(key));
  if (fresh.length === 0) return;
  await seed(mergeSeeds(fresh));
  await mkdir(paths.folder, { recursive: true });
  await writeFile(paths.seeded, JSON.stringify([...before, ...fresh.map(({ key }) => key)], null, 2));
}

async function readSeeded(paths: LocalPaths): Promise<readonly string[]> {
  const text = await readFile(paths.seeded, 'utf8').catch(() => '[]');
  try {
    const keys: unknown = JSON.parse(text);
    return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [];
  } catch {
    // Cut off by a kill while it was written. Seeding again only adds what is missing.
    return [];
  }
}
