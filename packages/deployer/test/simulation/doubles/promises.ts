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

export async function rmdir(path: string): Promise<void> {
  disk.removeFolder(path);
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

export async function realpath(path: string): Promise<string> {
  return disk.realPath(path);
}

export async function utimes(path: string, _atime: number, mtime: number): Promise<void> {
  disk.touch(path, mtime);
}

/** A file for reading, or with `wx` a new one, written whole. */
export async function open(path: string, flags = 'r', mode?: number): Promise<OpenFile> {
  if (flags === 'wx') disk.write(path, '', mode);
  else disk.stat(path);
  return {
    stat: async () => disk.stat(path),
    readFile: async () => Buffer.from(disk.read(path)),
    writeFile: async (content) => disk.write(path, content),
    chmod: async (wanted) => disk.changeMode(path, wanted),
    chown: async () => undefined,
    sync: async () => undefined,
    close: async () => undefined,
  };
}

interface OpenFile {
  stat(): Promise<MemoryStats>;
  readFile(): Promise<Buffer>;
  writeFile(content: Content): Promise<void>;
  chmod(mode: number): Promise<void>;
  chown(): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}
