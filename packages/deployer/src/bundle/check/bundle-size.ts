import { promisify } from 'node:util';
import { gzip, gzipSync } from 'node:zlib';
import type { Bundle, BundleModule } from '../bundle.ts';

const compress = promisify(gzip);
/** Bytes up to which compressing takes less time than handing them to another thread. */
const AT_ONCE = 16_384;

/** Bytes of all modules, and of the gzip (default level) of their concatenation. Source maps do not count. */
export async function bundleSize(modules: readonly BundleModule[]): Promise<Bundle['size']> {
  const all = Buffer.concat(modules.map((module) => module.bytes));
  const packed = all.byteLength <= AT_ONCE ? gzipSync(all) : await compress(all);
  return { raw: all.byteLength, gzip: packed.byteLength };
}
