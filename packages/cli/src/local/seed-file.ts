import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { Seed } from '@cf-deploy/emulator';
import { UsageError } from '../usage-error.ts';
import { SEED_FILE, type LocalPaths } from './paths.ts';
import { mergeSeeds, type SeedEntry } from './seed-of.ts';

/**
 * What the project's seed file names, one entry for each resource; null when there is no such file.
 * @throws UsageError naming what is wrong in it
 */
export async function readSeedFile({ seedFile }: LocalPaths): Promise<readonly SeedEntry[] | null> {
  const text = await readFile(seedFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new UsageError(`${SEED_FILE} cannot be read: ${error.message}`);
  });
  if (text === null) return null;
  const { readSeed, SeedError } = await import('@cf-deploy/emulator');
  try {
    return entriesOf(readSeed(JSON.parse(text)));
  } catch (error) {
    const reason = error instanceof SeedError ? error.message : 'not valid JSON.';
    throw new UsageError(`${SEED_FILE}: ${reason}`, 'docs/emulator.md describes the seed file.');
  }
}

/** Adds what is missing to the seed file, and makes it when there is none. @returns the resources added */
export async function addToSeedFile(
  paths: LocalPaths,
  entries: readonly SeedEntry[],
): Promise<{ readonly added: number; readonly kept: number }> {
  const kept = (await readSeedFile(paths)) ?? [];
  const known = new Set(kept.map(identityOf));
  const added = entries.filter((entry) => !known.has(identityOf(entry)));
  if (added.length > 0) {
    await writeFile(paths.seedFile, `${JSON.stringify(mergeSeeds([...kept, ...added]), null, 2)}\n`);
  }
  return { added: added.length, kept: kept.length };
}

/** Fields that tell one resource of a list from another. */
const IDENTITY: Readonly<Record<string, true>> = {
  accountId: true,
  id: true,
  uuid: true,
  name: true,
  zone: true,
  hostname: true,
  jurisdiction: true,
  secrets: true,
};
/** Lists whose entries have an id, so that their names may differ. */
const BY_ID = new Set(['accounts', 'd1Databases', 'hyperdriveConfigs', 'certificates']);

function identityOf({ seed }: SeedEntry): string {
  return Object.entries(seed)
    .flatMap(([list, items]) => (items as object[]).map((item) => [list, identityIn(list, item)]))
    .map((parts) => JSON.stringify(parts))
    .join();
}

function identityIn(list: string, item: object): readonly (readonly [string, string])[] {
  return Object.entries(item)
    .filter(([field]) => IDENTITY[field] === true)
    .filter(([field]) => !(BY_ID.has(list) && field === 'name'))
    .filter(([field]) => !(list === 'zones' && field === 'id'))
    .map(([field, value]) => [field, JSON.stringify(field === 'secrets' ? namesOf(value) : value)] as const)
    .toSorted(([one], [other]) => one.localeCompare(other));
}

/** A secret is a name, or a name and a value, which does not make it another one. */
function namesOf(secrets: readonly (string | { readonly name: string })[]): readonly string[] {
  return secrets.map((secret) => (typeof secret === 'string' ? secret : secret.name));
}

function entriesOf(seed: Seed): readonly SeedEntry[] {
  return Object.entries(seed).flatMap(([list, items]) =>
    (items as object[]).map((item) => ({
      // A digest, because a seed may hold values of secrets and the key is kept in a file.
      key: `file ${list} ${createHash('sha256').update(JSON.stringify(item)).digest('hex')}`,
      seed: { [list]: [item] },
    })),
  );
}
