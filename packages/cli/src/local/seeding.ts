import type { LoadedProject, ResolvedWorker } from '@cf-deploy/deployer';
import type { Seed } from '@cf-deploy/emulator';
import { z } from 'zod';
import { UsageError } from '../usage-error.ts';
import { SEED_FILE, type LocalPaths } from './paths.ts';
import { readPrivateJson, writePrivateJson } from './private-json.ts';
import { readSeedFile } from './seed-file.ts';
import { type LocalProject, mergeSeeds, seedOf, type SeedEntry } from './seed-of.ts';

/**
 * Resolves the project. A tenant with mistakes is left out: the command itself reports them.
 * @param project - its rules, where they were loaded before
 */
export async function resolveAll(rootDir: string, project?: LoadedProject): Promise<LocalProject> {
  const { openTenants, resolveWorker } = await import('@cf-deploy/deployer');
  const tenants = await openTenants(rootDir, { project });
  const shared = { rootDir, tenants, lenient: true };
  const workers: ResolvedWorker[] = [];
  // Where there are none any more, what was deployed is still in the state.
  const ids = await tenants.ids().catch((error: { readonly code?: string }) => {
    if (error.code === 'ROOT_NOT_FOUND') return [];
    throw error;
  });
  for (const tenant of ids) {
    for (const name of await tenants.workers(tenant)) {
      const target = { ...shared, tenant, ...(name === null ? {} : { worker: name }) };
      const top = await resolveWorker({ ...target, env: '' }).catch(() => null);
      const others = await Promise.all(
        (top?.environments ?? []).map((env) => resolveWorker({ ...target, env }).catch(() => null)),
      );
      for (const result of [top, ...others]) {
        if (result !== null && result.worker !== null) workers.push(inLocalAccount(result.worker));
      }
    }
  }
  return { workers, rules: tenants.project.rules };
}

/**
 * What exists from the start: what the seed file names and, unless `strict`, what the project names.
 * @throws UsageError for a wrong seed file, and for a missing one when `strict`
 */
export async function startingSeed(
  paths: LocalPaths,
  project: LocalProject,
  strict: boolean,
): Promise<readonly SeedEntry[]> {
  const kept = await readSeedFile(paths);
  if (!strict) return [...(kept ?? []), ...seedOf(project)];
  if (kept !== null) return kept;
  throw new UsageError(
    `--strict needs ${SEED_FILE}: only what it names exists.`,
    'cf-deploy local seed writes it from what the files name now. Check it and keep it with the project.',
  );
}

/**
 * Makes each thing once: what was seeded before and deleted since stays deleted, as it would on Cloudflare. In a state
 * that is new nothing was made yet, whatever the file says: the state was lost without it.
 */
export async function seedOnce(
  paths: LocalPaths,
  entries: readonly SeedEntry[],
  { isNew, seed }: { readonly isNew: boolean; readonly seed: (seed: Seed) => Promise<void> },
): Promise<void> {
  // Seeding again after the file was lost only adds what is missing.
  const before = new Set(isNew ? [] : await readPrivateJson(paths.seeded, z.array(z.string())));
  const fresh = entries.filter(({ key }) => !before.has(key));
  if (fresh.length === 0) return;
  await seed(mergeSeeds(fresh));
  await writePrivateJson(paths.seeded, [...before, ...fresh.map(({ key }) => key)]);
}

/** An account of the embedded Cloudflare that no file names yet. */
export interface LocalAccount {
  readonly id: string;
  /** Of workers.dev. @default made from the id */
  readonly subdomain?: string;
}

/** The project, with its Workers in further accounts too. */
export function alsoIn(
  { workers, rules }: LocalProject,
  accounts: readonly LocalAccount[] = [],
): LocalProject {
  const elsewhere = accounts.flatMap(({ id, subdomain }) =>
    workers.map((worker) => ({
      ...worker,
      accountId: id,
      accountSubdomain: subdomain ?? `account-${id.slice(0, 8)}`,
    })),
  );
  return { workers: [...workers, ...elsewhere], rules };
}

/** Account of the embedded Cloudflare for Workers that name none. */
const LOCAL_ACCOUNT = '10ca1'.padEnd(32, '0');

function inLocalAccount(worker: ResolvedWorker): ResolvedWorker {
  return worker.accountId === '' ? { ...worker, accountId: LOCAL_ACCOUNT } : worker;
}
