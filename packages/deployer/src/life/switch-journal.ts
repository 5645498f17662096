import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../errors.ts';
import type { World } from '../session/world.ts';
import { takeBackChanges, textOf } from './files.ts';
import { writeWhole } from '../write-whole.ts';

const text = z.string();

const journalShape = z.object({
  kind: z.enum(['rename', 'move']),
  from: text,
  to: text,
  /** The command, in words: another one does not go on with it. */
  wanted: text,
  /** `files`: only the project's files were changed, nothing was sent. `begun`: a Worker may be there already. */
  phase: z.enum(['files', 'begun']),
  startedAt: z.number(),
  changes: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('write'), file: text, before: text.nullable(), after: text }),
      z.object({ kind: z.literal('rename'), from: text, to: text }),
      z.object({ kind: z.literal('delete'), folder: text }),
    ]),
  ),
  deployed: z.array(
    z.object({
      worker: text.nullable(),
      environment: text.nullable(),
      accountId: text,
      scriptName: text,
    }),
  ),
});

/** A change under way: what was there before it, so that a killed one can be gone on with, or taken back. */
export type SwitchJournal = Readonly<z.infer<typeof journalShape>>;

function journalFile({ rootDir }: World, from: string): string {
  return join(rootDir, '.cf-deploy', 'switches', `${from}.json`);
}

/**
 * The change of a tenant that was begun and is not done, when it is the one that is wanted; null where none is under way.
 * What a killed one did to the files before anything was sent is taken back, so that it begins anew.
 *
 * @throws ConfigError USAGE for another change that is not done; CONFIG_UNREADABLE for a journal that nobody can read, or
 *   files that were edited since
 */
export async function openJournal(world: World, from: string, wanted: string): Promise<SwitchJournal | null> {
  const found = await textOf(journalFile(world, from));
  if (found === null) return null;
  const journal = parsed(found, from);
  if (journal.phase === 'files') {
    await takeBackChanges(world.rootDir, journal.changes);
    await removeJournal(world, from);
    return null;
  }
  if (journal.wanted === wanted) return journal;
  throw new ConfigError('USAGE', `Another change of ${from} is under way: ${journal.wanted}.`, {
    hint: `Run that once more until it is done. It is noted in .cf-deploy/switches/${from}.json.`,
  });
}

function parsed(found: string, from: string): SwitchJournal {
  try {
    return journalShape.parse(JSON.parse(found));
  } catch (cause) {
    throw new ConfigError('CONFIG_UNREADABLE', `.cf-deploy/switches/${from}.json cannot be read.`, {
      hint: `Look with "cf-deploy status --all" at what is deployed of ${from}, and delete the file.`,
      cause,
    });
  }
}

/** Whole or not at all. */
export async function writeJournal(world: World, journal: SwitchJournal): Promise<void> {
  const file = journalFile(world, journal.from);
  await mkdir(dirname(file), { recursive: true });
  await writeWhole(file, `${JSON.stringify(journal, null, 2)}\n`);
}

/** When all of it is done, or taken back. */
export async function removeJournal(world: World, from: string): Promise<void> {
  await rm(journalFile(world, from), { force: true });
}
