import { open, readdir, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { PRIVATE_FILE } from './private-files.ts';
import { createEncoder, encodeLine } from './records.ts';
import { allChanges } from './store.ts';
import type { Capture } from './store.ts';

/** Snapshot text written at once, characters. */
const CHUNK = 1024 * 1024;

/** The newest generation in `dir`; 0 when there is none. */
export async function newestGeneration(dir: string): Promise<number> {
  const generations = (await readdir(dir)).flatMap((name) => {
    const match = /^state-(\d+)\.(?:snapshot|journal)$/.exec(name);
    return match?.[1] === undefined ? [] : [Number(match[1])];
  });
  return Math.max(0, ...generations);
}

/** Makes everything a new generation and the only one. A crash at any point leaves one whole generation. */
export async function begin(
  dir: string,
  generation: number,
  capture: Capture,
): Promise<{ file: FileHandle; snapshotBytes: number }> {
  const snapshotBytes = await writeSnapshot(dir, generation, capture);
  const file = await enter(dir, generation);
  await removeOthers(dir, generation);
  return { file, snapshotBytes };
}

/** Writes a snapshot beside its final name and gives its size, bytes. */
export async function writeSnapshot(dir: string, generation: number, capture: Capture): Promise<number> {
  const encoder = createEncoder();
  const path = temporarySnapshot(dir, generation);
  const file = await open(path, 'w', PRIVATE_FILE);
  let bytes = 0;
  try {
    let chunk = '';
    const flush = async (): Promise<void> => {
      bytes += Buffer.byteLength(chunk);
      await file.appendFile(chunk);
      chunk = '';
    };
    for (const change of allChanges(capture)) {
      chunk += encodeLine({ changes: [encoder.encode(change, true)] });
      if (chunk.length > CHUNK) await flush();
    }
    await flush();
    await file.sync();
  } finally {
    await file.close();
  }
  return bytes;
}

/** Gives a written snapshot its name, and opens the generation's journal. */
export async function enter(dir: string, generation: number): Promise<FileHandle> {
  await rename(temporarySnapshot(dir, generation), join(dir, `state-${generation}.snapshot`));
  return open(join(dir, `state-${generation}.journal`), 'a', PRIVATE_FILE);
}

/** Removes the files of all generations but one. */
export async function removeOthers(dir: string, generation: number): Promise<void> {
  const keep = new RegExp(`^state-${generation}\\.(?:snapshot|journal)$`);
  for (const name of await readdir(dir)) {
    if (name.startsWith('state-') && !keep.test(name)) await rm(join(dir, name), { force: true });
  }
}

function temporarySnapshot(dir: string, generation: number): string {
  return join(dir, `state-${generation}.snapshot.tmp`);
}
