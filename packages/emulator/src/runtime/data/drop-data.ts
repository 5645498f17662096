import { createHash, createHmac } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Kinds of data that lie in the folder of an account. */
export type StoredKind = 'kv' | 'd1' | 'r2' | 'durable-object';

/** Where miniflare keeps a kind: its folder, and the Durable Object class that holds one database per resource. */
const STORES = {
  kv: { folder: 'kv', key: 'miniflare-KVNamespaceObject' },
  d1: { folder: 'd1', key: 'miniflare-D1DatabaseObject' },
  r2: { folder: 'r2', key: 'miniflare-R2BucketObject' },
} as const;

/** Removes the files of a deleted resource. No process may hold them. */
export async function dropFiles(dir: string, kind: StoredKind, id: string): Promise<void> {
  // The id becomes a file name.
  if (!/^[\w.-]+$/.test(id) || /^\.+$/.test(id)) return;
  if (kind === 'durable-object') {
    await rm(join(dir, 'do', id), { recursive: true, force: true });
    return;
  }
  const { folder, key } = STORES[kind];
  await rm(join(dir, folder, id), { recursive: true, force: true });
  const name = objectId(key, id);
  const databases = join(dir, folder, key);
  const files = await readdir(databases).catch(() => []);
  await Promise.all(
    files.filter((file) => file.startsWith(name)).map((file) => rm(join(databases, file), { force: true })),
  );
}

/** Id of a named Durable Object, as workerd makes it from the key of its namespace. */
function objectId(namespaceKey: string, name: string): string {
  const key = createHash('sha256').update(namespaceKey).digest();
  const hmac = (data: string | Buffer): Buffer =>
    createHmac('sha256', key).update(data).digest().subarray(0, 16);
  const nameHmac = hmac(name);
  return Buffer.concat([nameHmac, hmac(nameHmac)]).toString('hex');
}
