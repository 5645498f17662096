import { existsSync } from 'node:fs';
import type { World } from './world.ts';
import type { ReleaseStore } from '../store/release-store.ts';

/** Works with the project's store, and closes it. */
export async function withStore<T>(
  { store: shared }: Pick<World, 'store'>,
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
  { store: shared, storeFile }: Pick<World, 'store' | 'storeFile'>,
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
