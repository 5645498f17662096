/**
 * In the place of `node:fs/promises` where thousands of lives are lived: each call of the real one wakes a thread, which
 * was a third of what a life cost. What is not here does not build.
 */
import * as disk from './disk.ts';
import type { MemoryDirent, MemoryStats } from './disk.ts';

type Encoding = BufferEncoding | { readonly encoding?: BufferEncoding | null } | null;
type Content = string | NodeJS.ArrayBufferView;

let made = 0;

export async function readFile(path: string, encoding?: Encoding): Promise<string | Buffer> {
  const name = typeof encoding === 'string' ? encoding : encoding?.encoding;
  const bytes = disk.read(path);
  return name === undefined || name === null ? Buffer.from(bytes) : bytes.toString(name);
}

export async function writeFile(
  path: string,
  content: Content,
  options?: BufferEncoding | { readonly mode?: number },
): Promise<void> {
  disk.write(path, content, typeof options === 'object' ? options.mode : undefined);
}

export async function readdir(
  path: string,
  options: { readonly withFileTypes?: boolean } = {},
): Promise<readonly string[] | readonly MemoryDirent[]> {
  return options.withFileTypes === true ? disk.list(path) : disk.namesIn(path);
}

export async function mkdir(path: string, options?: Parameters<typeof disk.makeFolder>[1]): Promise<void> {
  disk.makeFolder(path, options);
}

export async function mkdtemp(prefix: string): Promise<string> {
  const path = `${prefix}${(made += 1)}`;
  disk.makeFolder(path, { recursive: true });
  return path;
}

export async function rm(path: string, options?: Parameters<typeof disk.remove>[1]): Promise<void> {
  disk.remove(path, options);
}

export async function rename(from: string, to: string): Promise<void> {
  disk.rename(from, to);
}

export async function stat(path: string): Promise<MemoryStats> {
  return disk.stat(path);
}

export async function lstat(path: string): Promise<MemoryStats> {
  return disk.stat(path);
}
