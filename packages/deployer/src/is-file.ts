import { stat } from 'node:fs/promises';

/** Whether the path is a file, or a link to one. */
export async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
