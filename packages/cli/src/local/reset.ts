import { rm, stat } from 'node:fs/promises';
import { UsageError } from '../usage-error.ts';
import { localPaths } from './paths.ts';
import { findRunning } from './running.ts';

/**
 * Removes the state of the project's embedded Cloudflare.
 * @throws UsageError while one runs: it would write its state again
 */
export async function resetLocal(root: string): Promise<{ readonly removed: boolean }> {
  const paths = localPaths(root);
  const running = await findRunning(paths);
  if (running !== null) {
    throw new UsageError(
      `The embedded Cloudflare runs at ${running.url}, so its state cannot be removed.`,
      `Stop it first (Ctrl-C where it was started, or end process ${running.pid}).`,
    );
  }
  const strict = localPaths(root, true);
  const removed = (await exists(paths.state)) || (await exists(strict.state));
  // Only what is ours: the library keeps the locks of running deploys in the same folder.
  const both = [paths.state, paths.seeded, strict.state, strict.seeded];
  const releases = [paths.releases, strict.releases].flatMap((file) => [file, `${file}-wal`, `${file}-shm`]);
  for (const path of [...both, ...releases, paths.told, paths.running]) {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
  return { removed };
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
