import type { Reader } from './store.ts';

/** Hashes of every blob a document names: modules and assets of versions, and the assets an account has uploaded. */
export function keptBlobs(reader: Reader): Set<string> {
  const kept = new Set<string>();
  for (const script of reader.list('script')) {
    for (const { modules, assets } of script.versions) {
      for (const { blob } of modules) kept.add(blob);
      for (const { blob } of Object.values(assets?.files ?? {})) kept.add(blob);
    }
  }
  for (const { blob } of reader.list('assetFile')) kept.add(blob);
  return kept;
}
