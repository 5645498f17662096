import { gzipSync } from 'node:zlib';
import type { Bundle, BundleModule } from '../bundle.ts';

/** Bytes of all modules, and of the gzip (default level) of their concatenation. Source maps do not count. */
export function bundleSize(modules: readonly BundleModule[]): Bundle['size'] {
  const all = Buffer.concat(modules.map((module) => module.bytes));
  return { raw: all.byteLength, gzip: gzipSync(all).byteLength };
}
