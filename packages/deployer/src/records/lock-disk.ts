import { mkdirSync, realpath, rmdirSync, stat, utimes } from 'node:fs';
import { forgetOwner, noteOwner } from './lock-owner.ts';

type Done = (error: Error | null) => void;

/**
 * The disk for a lock that is a folder: who makes it notes whose it is, and who removes it takes the note away, with no wait
 * between the two. A process may be killed at any wait, and a lock without a note keeps everybody out until it is old.
 *
 * @param owner file of the note
 */
export function diskWithOwners(owner: string) {
  return {
    stat,
    utimes,
    realpath,
    rmdirSync,
    mkdir(path: string, done: Done): void {
      done(
        failureOf(() => {
          mkdirSync(path);
          quietly(() => noteOwner(owner));
        }),
      );
    },
    rmdir(path: string, done: Done): void {
      done(
        failureOf(() => {
          quietly(() => forgetOwner(owner));
          rmdirSync(path);
        }),
      );
    },
  };
}

/** Without a note a lock holds as well; it is only given up later. */
function quietly(work: () => void): void {
  failureOf(work);
}

function failureOf(work: () => void): Error | null {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
