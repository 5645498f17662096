import { readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { statsOf } from '../on-disk.ts';

/** What lies below a folder. A link that leads nowhere is its own kind: it is neither served nor forgotten. */
export interface FoundEntry {
  /** Relative to the folder, with `/`. */
  readonly name: string;
  readonly kind: 'file' | 'dangling-link';
}

/** Options of {@link walkFolder}. */
export interface WalkOptions {
  /** What to leave out. */
  readonly skip: (name: string, isFolder: boolean) => boolean;
  /** Called with the absolute path before a linked folder or file is followed; throws when it must not be. */
  readonly enter: (file: string) => void;
}

/**
 * All files below a folder, sorted by name in each folder. Links are followed, a folder that contains itself through one
 * only once on the way down. Sockets and devices are left out.
 */
export function walkFolder(root: string, options: WalkOptions): readonly FoundEntry[] {
  return walk({ root, folder: '', above: [realpathSync.native(root)] }, options);
}

interface Position {
  readonly root: string;
  /** Relative to the root, with `/`; empty for the root itself. */
  readonly folder: string;
  /** Real paths of the folders on the way here. */
  readonly above: readonly string[];
}

function walk(at: Position, options: WalkOptions): readonly FoundEntry[] {
  const entries = readdirSync(path.join(at.root, at.folder), { withFileTypes: true });
  const found: FoundEntry[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = at.folder === '' ? entry.name : `${at.folder}/${entry.name}`;
    const file = path.join(at.root, name);
    const stats = entry.isSymbolicLink() ? statsOf(file) : entry;
    if (options.skip(name, stats?.isDirectory() ?? false)) continue;
    if (stats === null) {
      found.push({ name, kind: 'dangling-link' });
      continue;
    }
    if (entry.isSymbolicLink()) options.enter(file);
    if (stats.isFile()) found.push({ name, kind: 'file' });
    if (!stats.isDirectory()) continue;
    const real = realpathSync.native(file);
    if (at.above.includes(real)) continue;
    found.push(...walk({ ...at, folder: name, above: [...at.above, real] }, options));
  }
  return found;
}
