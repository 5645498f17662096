import { appendFileSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { namesIn } from '../on-disk.ts';
import { remember } from '../remember.ts';

/** Names of files whose names begin so and go on with a time, the newest first. */
export interface RecordNames {
  startingWith(start: string): Promise<readonly string[]>;
  /** Puts a file of that name there, so that whoever keeps names hears of it. */
  whileAdding<T>(start: string, name: string, add: () => Promise<T>): Promise<T>;
}

/** How a time is written in file names; what goes before it is of one tenant and environment, or of a longer name's. */
const STAMP = /\d{4}-\d{2}-\d{2}T[\d-]+Z\.json$/;

/** Where every process that adds a name leaves a sign, one before and one after. */
const SIGNS = join('.cf-deploy', 'records.added');

/** Each time the folder is looked at. */
export function lookedUpNames(rootDir: string, folder: string): RecordNames {
  const signs = createSigns(join(rootDir, SIGNS));
  return {
    startingWith: async (start) => newestFirst(recordsIn(folder).get(start) ?? []),
    whileAdding: (_start, _name, add) => signs.around(add),
  };
}

/**
 * The folder is looked at once, and again when another process added a name: with thousands of tenants, looking for each
 * takes longer than its deploy. What somebody puts there by hand meanwhile is not seen.
 */
export function keptNames(rootDir: string, folder: string): RecordNames {
  const signs = createSigns(join(rootDir, SIGNS));
  const own = new Map<string, string[]>();
  let kept: { readonly others: number; readonly names: ReturnType<typeof recordsIn> } | undefined;
  return {
    async startingWith(start) {
      const others = signs.ofOthers();
      if (kept?.others !== others) kept = { others, names: recordsIn(folder) };
      const names = kept.names.get(start) ?? [];
      return newestFirst([...new Set([...names, ...(own.get(start) ?? [])])]);
    },
    async whileAdding(start, name, add) {
      const added = await signs.around(add);
      remember(own, start, (): string[] => []).push(name);
      return added;
    },
  };
}

/** A file that grows by a byte with each sign. Two signs, so that whoever looks between them looks again. */
function createSigns(file: string): {
  around<T>(add: () => Promise<T>): Promise<T>;
  /** How many others left. */
  ofOthers(): number;
} {
  let own = 0;
  const leave = (): void => {
    mkdirSync(dirname(file), { recursive: true });
    appendFileSync(file, '.');
    own += 1;
  };
  return {
    async around(add) {
      leave();
      const added = await add();
      leave();
      return added;
    },
    ofOthers: () => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) - own,
  };
}

/** Names of records in a folder, by what they begin with. */
function recordsIn(folder: string): ReadonlyMap<string, readonly string[]> {
  const byStart = new Map<string, string[]>();
  for (const name of namesIn(folder) ?? []) {
    const at = name.search(STAMP);
    if (at !== -1) remember(byStart, name.slice(0, at), (): string[] => []).push(name);
  }
  return byStart;
}

function newestFirst(names: readonly string[]): readonly string[] {
  return names.toSorted((a, b) => (a < b ? 1 : -1));
}
