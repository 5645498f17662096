import { existsSync } from 'node:fs';
import type { ReleaseStore } from '../store/release-store.ts';

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
