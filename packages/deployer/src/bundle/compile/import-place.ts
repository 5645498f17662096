import { readFile } from 'node:fs/promises';
import type { PathNames } from './stable-paths.ts';

/** Where a file imports a name: `src/index.ts:3`, or the file alone when the line is not found. */
export async function importPlace(file: string, specifier: string, names: PathNames): Promise<string> {
  const name = names.name(file);
  try {
    const lines = (await readFile(file, 'utf8')).split('\n');
    const line = lines.findIndex(
      (text) => text.includes(`'${specifier}'`) || text.includes(`"${specifier}"`),
    );
    return line === -1 ? name : `${name}:${line + 1}`;
  } catch {
    return name;
  }
}
