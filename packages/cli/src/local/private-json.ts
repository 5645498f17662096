import { readFile, rename, writeFile } from 'node:fs/promises';
import type { z } from 'zod';

/**
 * What a file of ours under `.cf-deploy/` says, or null when it is missing, damaged (cut off by a kill, edited) or not of
 * that form.
 */
export async function readPrivateJson<T>(file: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    const result = schema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return result.success ? result.data : null;
  } catch {
    return null;
  }
}

/** Writes such a file in one piece, for its owner only. Its folder is there. */
export async function writePrivateJson(file: string, value: object): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(temporary, file);
}
