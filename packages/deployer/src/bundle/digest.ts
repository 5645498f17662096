import { createHash } from 'node:crypto';
import type { BundleModule } from './bundle.ts';

/**
 * SHA-256, hex, over name, content type and bytes of all modules, whatever their order. Lengths are part of it, so that
 * no two different sets of modules can give the same input.
 */
export function bundleDigest(modules: readonly BundleModule[]): string {
  const hash = createHash('sha256');
  const sorted = modules.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (const module of sorted) {
    hash.update(JSON.stringify([module.name, module.contentType, module.bytes.byteLength]));
    hash.update(module.bytes);
  }
  return hash.digest('hex');
}
