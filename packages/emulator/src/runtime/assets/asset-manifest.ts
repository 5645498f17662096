import { createHash } from 'node:crypto';
import type { StoredAssets } from '../../store/model/scripts.ts';

/** Layout the asset Worker reads: a 20 byte head, then entries of 16 bytes path hash, 16 bytes file hash, 8 spare. */
const HEAD = 20;
const HASH = 16;
const ENTRY = HASH + HASH + 8;

/** The manifest of a version's files in the binary form of Cloudflare's asset Worker, sorted by path hash. */
export function assetManifest(files: StoredAssets['files']): Uint8Array {
  const entries = Object.entries(files)
    .map(([path, { hash }]) => ({ path: pathHash(path), file: Buffer.from(hash, 'hex').subarray(0, HASH) }))
    .toSorted((one, other) => Buffer.compare(one.path, other.path));
  const manifest = new Uint8Array(HEAD + entries.length * ENTRY);
  for (const [at, { path, file }] of entries.entries()) {
    manifest.set(path, HEAD + at * ENTRY);
    manifest.set(file, HEAD + at * ENTRY + HASH);
  }
  return manifest;
}

/** The file behind a hash as the asset Worker asks for it. */
export function assetByHash(assets: StoredAssets, hash: string): StoredAssets['files'][string] | undefined {
  return Object.values(assets.files).find((file) => file.hash === hash);
}

/** Paths are announced URL-encoded and looked up decoded. */
function pathHash(path: string): Buffer {
  return createHash('sha256').update(decode(path)).digest().subarray(0, HASH);
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
