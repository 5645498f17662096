import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from '../session/world.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import { openSqliteStore } from '../store/sqlite-store.ts';

/** The file of a project that keeps its releases. */
export function storeFile({ rootDir }: Pick<World, 'rootDir'>): string {
  return join(rootDir, '.cf-deploy', 'releases.db');
}

/** Works with the project's store, and closes it. */
export async function withStore<T>(world: World, work: (store: ReleaseStore) => Promise<T>): Promise<T> {
  const store = openSqliteStore(storeFile(world));
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

/** Asks the project's store, where there is one; a project without any releases gets no file. */
export function askStore<T>(world: World, ask: (store: ReleaseStore) => T, without: T): T {
  if (!existsSync(storeFile(world))) return without;
  const store = openSqliteStore(storeFile(world));
  try {
    return ask(store);
  } finally {
    store.close();
  }
}
