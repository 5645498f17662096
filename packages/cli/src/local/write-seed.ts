import { localPaths, SEED_FILE } from './paths.ts';
import { addToSeedFile } from './seed-file.ts';
import { seedOf } from './seed-of.ts';
import { resolveAll } from './seeding.ts';

/** What became of the seed file. */
export interface WrittenSeed {
  /** Its name in the project's root. */
  readonly file: string;
  /** Resources added now, and those it named before. */
  readonly added: number;
  readonly kept: number;
}

/** Adds what the tenants' files name to the seed file. @throws UsageError when the file there is wrong */
export async function writeLocalSeed(root: string): Promise<WrittenSeed> {
  const counts = await addToSeedFile(localPaths(root), seedOf(await resolveAll(root)));
  return { file: SEED_FILE, ...counts };
}
