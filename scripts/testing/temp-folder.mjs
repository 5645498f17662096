import { constants } from 'node:fs';
import { access, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder in memory that Linux has: records wait for the disk, and a test need not. */
const IN_MEMORY = '/dev/shm';
/** A run has some hundred MB at once at most; containers often have 64 MB there. */
const ROOM = 2 ** 30;

/** Gives a test run a temporary folder of its own and removes it, with all that tests, and what they start, left there. */
export async function setup() {
  const parent = process.env.TMPDIR === undefined && (await hasRoom(IN_MEMORY)) ? IN_MEMORY : tmpdir();
  const folder = await mkdtemp(join(parent, 'cf-deploy-tests-'));
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  return () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function hasRoom(folder) {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize > ROOM;
  } catch {
    return false;
  }
}
