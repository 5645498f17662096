import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * A path as the disk spells it, when it is written in another case: what works on macOS and Windows and on no other
 * system. A name without extension is also looked for with any of those given. Null when the path exists as written,
 * when nothing of that name does, and when several do.
 *
 * @param file absolute
 */
export function spelledOnDisk(file: string, extensions: readonly string[] = []): string | null {
  const { root } = path.parse(file);
  const segments = path.relative(root, file).split(path.sep);
  let folder = root;
  for (const [index, segment] of segments.entries()) {
    const written = path.join(folder, segment);
    const isLast = index === segments.length - 1;
    if (existsSync(written)) {
      folder = written;
      continue;
    }
    const wanted = (isLast ? ['', ...extensions] : ['']).map((extension) =>
      (segment + extension).toLowerCase(),
    );
    const [found, ...others] = namesIn(folder).filter((name) => wanted.includes(name.toLowerCase()));
    if (found === undefined || others.length > 0) return null;
    folder = path.join(folder, found);
  }
  return folder === file ? null : folder;
}

/** The hint that names the real spelling: `Upper and lower case differ: it is called "src/greet.ts".` */
export function spellingHint(spelled: string): string {
  return `Upper and lower case differ: on disk it is called "${spelled}".`;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
