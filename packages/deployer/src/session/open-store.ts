import { existsSync } from 'node:fs';
import type { World } from './world.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';

/** Works with the project's store, and closes it. */
export async function withStore<T>(world: World, work: (store: ReleaseStore) => Promise<T>): Promise<T> {
  const store = openSqliteStore(world.storeFile);
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

/** Asks the project's store, where there is one; a project without any releases gets no file. */
export function askStore<T>(world: World, ask: (store: ReleaseStore) => T, without: T): T {
  if (!existsSync(world.storeFile)) return without;
  const store = openSqliteStore(world.storeFile);
  try {
    return ask(store);
  } finally {
    store.close();
  }
}
