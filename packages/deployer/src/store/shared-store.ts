import type { ReleaseStore } from './release-store.ts';
import { openSqliteStore } from './sqlite-store.ts';

/** A project's store for all that asks at the same time: opened by the first, closed by the last. */
export interface SharedStore {
  readonly file: string;
  /** The open store. Give it back when done. */
  borrow(): ReleaseStore;
  giveBack(): void;
}

/** Opening the file takes a millisecond, and a release of many tenants asks it for each of them. */
export function createSharedStore(file: string): SharedStore {
  let open: ReleaseStore | null = null;
  let borrowers = 0;
  return {
    file,
    borrow() {
      open ??= openSqliteStore(file);
      borrowers += 1;
      return open;
    },
    giveBack() {
      borrowers -= 1;
      if (borrowers > 0) return;
      open?.close();
      open = null;
    },
  };
}
