import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { World } from '../session/world.ts';
import type { DeployedWorker } from './deployed.ts';
import { textOf } from './files.ts';

const journalShape = z.object({
  from: z.string(),
  to: z.string(),
  deployed: z.array(
    z.object({
      worker: z.string().nullable(),
      environment: z.string().nullable(),
      accountId: z.string(),
      scriptName: z.string(),
    }),
  ),
});

/** A change under way: what was deployed before it, so that a killed one can be gone on with. */
export interface SwitchJournal {
  readonly from: string;
  readonly to: string;
  readonly deployed: readonly DeployedWorker[];
}

function journalFile({ rootDir }: World, from: string): string {
  return join(rootDir, '.cf-deploy', 'switches', `${from}.json`);
}

/** Null where no change is under way. */
export async function readJournal(world: World, from: string): Promise<SwitchJournal | null> {
  const text = await textOf(journalFile(world, from));
  return text === null ? null : journalShape.parse(JSON.parse(text));
}

/** Before the first step. */
export async function writeJournal(world: World, journal: SwitchJournal): Promise<void> {
  const file = journalFile(world, journal.from);
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic(file, `${JSON.stringify(journal, null, 2)}\n`);
}

/** When all of it is done. */
export async function removeJournal(world: World, from: string): Promise<void> {
  await rm(journalFile(world, from), { force: true });
}
