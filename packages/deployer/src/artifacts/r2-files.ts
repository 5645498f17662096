import type { ReadClient, WriteClient } from '../cloudflare/client/calls.ts';
import {
  type BucketRef,
  deleteObject,
  listObjects,
  readObject,
  writeObject,
} from '../cloudflare/r2-objects.ts';
import type { ArtifactFiles } from './artifact-files.ts';

/** What was written so lately needs no writing again: the age of an object is counted in days. */
const FRESH_MS = 30 * 60 * 1_000;

/** What the bucket is reached with. */
export interface R2FilesOptions extends BucketRef {
  readonly reader: ReadClient;
  readonly writer: WriteClient;
  /** What every key begins with, without a slash at its end. */
  readonly prefix: string;
  readonly now: () => number;
}

/**
 * Artifacts as objects of an R2 bucket, so that every machine and pipeline that deploys finds what another one uploaded.
 * Only writing an object renews its time, so each is written once by each process that needs it.
 */
export function createR2Files({ reader, writer, prefix, now, ...ref }: R2FilesOptions): ArtifactFiles {
  const lately = new Map<string, number>();
  const writing = new Map<string, Promise<void>>();
  const objectOf = (key: string): string => `${prefix}/${key}`;
  return {
    async touch(key) {
      await writing.get(key)?.catch(() => undefined);
      return now() - (lately.get(key) ?? Number.NEGATIVE_INFINITY) < FRESH_MS;
    },
    async write(key, text) {
      // Targets that share their code ask at once.
      const known = writing.get(key);
      if (known !== undefined) return known;
      const sent = writeObject(writer, ref, { key: objectOf(key), text }).finally(() => writing.delete(key));
      writing.set(key, sent);
      await sent;
      lately.set(key, now());
    },
    async read(key) {
      const bytes = await readObject(reader, ref, objectOf(key));
      return bytes === null ? null : Buffer.from(bytes).toString('utf8');
    },
    async list(within) {
      const found = await listObjects(reader, ref, objectOf(within));
      return found.map(({ key, at }) => ({ key: key.slice(prefix.length + 1), at }));
    },
    async remove(key) {
      lately.delete(key);
      await deleteObject(writer, ref, objectOf(key));
    },
  };
}
