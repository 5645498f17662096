import { existsSync } from 'node:fs';
import type { World } from './world.ts';
import type { ReleaseStore } from '../store/release-store.ts';

/** Works with the project's store, and gives it back. */
export async function withStore<T>(world: World, work: (store: ReleaseStore) => Promise<T>): Promise<T> {
  const store = world.store.borrow();
  try {
    return await work(store);
  } finally {
    world.store.giveBack();
  }
}

/** Asks the project's store, where there is one; a project without any releases gets no file. */
export function askStore<T>(world: World, ask: (store: ReleaseStore) => T, without: T): T {
  if (!existsSync(world.store.file)) return without;
  const store = world.store.borrow();
  try {
    return ask(store);
  } finally {
    world.store.giveBack();
  }
}
