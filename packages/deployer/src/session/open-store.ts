import { existsSync } from 'node:fs';
import type { ReleaseStore } from '../store/release-store.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';

/** The project's store, opened when somebody needs it and for as long as somebody does. */
export interface SharedStore {
  /** The store, opened unless it is; each call needs a {@link release} of its own. */
  hold(): ReleaseStore;
  /** Closes it when nobody else holds it, and nobody keeps it. */
  release(): void;
  /** Leaves it open, once somebody opened it, until the work is done: a deploy of one target asks three times. */
  keep<T>(work: () => Promise<T>): Promise<T>;
}

/** Opens nothing yet. Opening a file costs as much as fifty questions, and a release of many targets asks for each. */
export function shareStore(file: string): SharedStore {
  let open: ReleaseStore | null = null;
  let holders = 0;
  let keepers = 0;
  const closeUnlessNeeded = (): void => {
    if (holders > 0 || keepers > 0) return;
    open?.close();
    open = null;
  };
  return {
    hold() {
      open ??= openSqliteStore(file);
      holders += 1;
      return open;
    },
    release() {
      holders -= 1;
      closeUnlessNeeded();
    },
    async keep(work) {
      keepers += 1;
      try {
        return await work();
      } finally {
        keepers -= 1;
        closeUnlessNeeded();
      }
    },
  };
}

/** Where the store is, and the store once somebody opened it. */
interface HasStore {
  readonly store: SharedStore;
  /** Its file, which may not be there yet. */
  readonly storeFile: string;
}

/** Works with the project's store, and closes it. */
export async function withStore<T>(
  { store: shared }: Pick<HasStore, 'store'>,
  work: (store: ReleaseStore) => Promise<T>,
): Promise<T> {
  const store = shared.hold();
  try {
    return await work(store);
  } finally {
    shared.release();
  }
}

/** Asks the project's store, where there is one; a project without any releases gets no file. */
export function askStore<T>(
  { store: shared, storeFile }: HasStore,
  ask: (store: ReleaseStore) => T,
  without: T,
): T {
  if (!existsSync(storeFile)) return without;
  const store = shared.hold();
  try {
    return ask(store);
  } finally {
    shared.release();
  }
}
