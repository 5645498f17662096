import path from 'node:path';
import { BundleError } from '../../errors.ts';
import { isFile } from '../../on-disk.ts';

const EXTENSIONS = ['', '.ts', '.tsx', '.js', '.jsx'];

/**
 * The entry as it is on disk; the configured name may lack its extension.
 *
 * @throws BundleError BUNDLE_FAILED when there is no such file
 */
export function findEntry(main: string, options: { rootDir: string; command: string | null }): string {
  for (const extension of EXTENSIONS) {
    if (isFile(main + extension)) return main + extension;
  }
  const name = path.relative(options.rootDir, main).split(path.sep).join('/');
  throw new BundleError('BUNDLE_FAILED', `The entry of the Worker, ${name}, does not exist.`, {
    hint:
      options.command === null
        ? 'Correct "main" in the wrangler file; it is relative to that file.'
        : `The build command ran without an error but did not write it: ${options.command}`,
  });
}
