import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Bundle, BundleModule } from '../bundle.ts';

/** Bytes of all modules, and of the gzip (default level) of their concatenation. Source maps do not count. */
export async function bundleSize(modules: readonly BundleModule[]): Promise<Bundle['size']> {
  const all = Buffer.concat(modules.map((module) => module.bytes));
  return { raw: all.byteLength, gzip: (await promisify(gzip)(all)).byteLength };
}
