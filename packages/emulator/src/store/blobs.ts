import { createHash, randomUUID } from 'node:crypto';
import { access, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { PRIVATE_FILE, makePrivateDir } from './private-files.ts';

/** Contents by their SHA-256. A blob never changes, so writing one twice does nothing. */
export interface BlobStore {
  /** Keeps `bytes` and gives their SHA-256 hex. */
  put(bytes: Uint8Array): Promise<string>;
  /** @throws Error when no such blob is kept. */
  get(hash: string): Promise<Uint8Array>;
}

/** A blob store in `dir`, or in memory when `dir` is null. */
export function createBlobStore(dir: string | null): BlobStore {
  return dir === null ? memoryBlobs() : fileBlobs(dir);
}

/**
 * Removes the blobs of `dir` that are not in `kept`, and what interrupted writes left. Only for when nobody writes. Cut
 * off at any point it has removed a part of what nobody needs.
 */
export async function sweepBlobs(dir: string, kept: ReadonlySet<string>): Promise<void> {
  const names = await readdir(dir, { recursive: true }).catch(() => []);
  const unneeded = names.filter((name) => {
    const hash = name.split(sep).at(-1) ?? '';
    return /^[0-9a-f]{64}(?:\.|$)/.test(hash) && !kept.has(hash);
  });
  for (const name of unneeded) await rm(join(dir, name), { force: true });
}

function memoryBlobs(): BlobStore {
  const blobs = new Map<string, Uint8Array>();
  return {
    put: async (bytes) => {
      const hash = sha256(bytes);
      if (!blobs.has(hash)) blobs.set(hash, bytes);
      return hash;
    },
    get: async (hash) => blobs.get(hash) ?? missing(hash),
  };
}

function fileBlobs(dir: string): BlobStore {
  const pathOf = (hash: string): string => join(dir, hash.slice(0, 2), hash);
  return {
    put: async (bytes) => {
      const hash = sha256(bytes);
      const path = pathOf(hash);
      if (await exists(path)) return hash;
      await makePrivateDir(join(dir, hash.slice(0, 2)));
      // Renamed into place, so that a file with the right name always has the right content.
      const temporary = `${path}.${randomUUID()}.tmp`;
      await writeFile(temporary, bytes, { mode: PRIVATE_FILE });
      await rename(temporary, path);
      return hash;
    },
    get: async (hash) => {
      if (!/^[0-9a-f]{64}$/.test(hash)) return missing(hash);
      try {
        return await readFile(pathOf(hash));
      } catch {
        return missing(hash);
      }
    },
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function missing(hash: string): never {
  throw new Error(`The blob ${hash} is not kept.`);
}
