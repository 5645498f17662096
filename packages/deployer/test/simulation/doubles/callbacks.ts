/** In the place of `node:fs`, for what asks with callbacks (locks, files replaced at once) or without waiting. */
import * as disk from './disk.ts';
import type { MemoryDirent, MemoryStats } from './disk.ts';

type Content = string | NodeJS.ArrayBufferView;
type Done<T> = (error: Error | null, result?: T) => void;

/** Open files, by descriptor. */
const opened = new Map<number, string>();
let descriptors = 3;

/** A function of Node's shape: it calls back later, and what went wrong is the first argument. */
function later<A extends readonly unknown[], T>(work: (...args: A) => T) {
  return (...args: readonly [...A, ...unknown[]]): void => {
    const done = args.at(-1) as Done<T>;
    let outcome: readonly [Error | null, T?];
    try {
      outcome = [null, work(...(args.slice(0, -1) as unknown as A))];
    } catch (error) {
      outcome = [error as Error];
    }
    queueMicrotask(() => done(...outcome));
  };
}

export const stat = later((path: string) => disk.stat(path));
export const realpath = later((path: string) => disk.realPath(path));
export const mkdir = later((path: string) => disk.makeFolder(path));
export const rmdir = later((path: string) => disk.removeFolder(path));
export const unlink = later((path: string) => disk.removeFile(path));
export const rename = later((from: string, to: string) => disk.rename(from, to));
export const utimes = later((path: string, _atime: Date, mtime: Date) => disk.touch(path, mtime));
export const chmod = later((path: string, mode: number) => disk.changeMode(path, mode));
export const chown = later((_path: string, _uid: number, _gid: number) => undefined);
export const fsync = later((_descriptor: number) => undefined);
export const close = later((descriptor: number) => void opened.delete(descriptor));
export const open = later((path: string, _flags: string, mode?: number) => {
  disk.write(path, '', mode);
  opened.set((descriptors += 1), path);
  return descriptors;
});
/** Whole files only. */
export const write = later((descriptor: number, content: string | NodeJS.ArrayBufferView) => {
  disk.write(opened.get(descriptor) ?? '', content);
});

export function existsSync(path: string): boolean {
  return disk.exists(path);
}

export function statSync(
  path: string,
  { throwIfNoEntry = true }: { readonly throwIfNoEntry?: boolean } = {},
): MemoryStats | undefined {
  return throwIfNoEntry || disk.exists(path) ? disk.stat(path) : undefined;
}

export const lstatSync = statSync;

export function fstatSync(descriptor: number): MemoryStats {
  return disk.stat(fileOf(descriptor));
}

export function realpathSync(path: string): string {
  return disk.realPath(path);
}
realpathSync.native = realpathSync;

export function readdirSync(
  path: string,
  { withFileTypes = false }: { readonly withFileTypes?: boolean } = {},
): readonly string[] | readonly MemoryDirent[] {
  return withFileTypes ? disk.list(path) : disk.namesIn(path);
}

export function readFileSync(file: string | number, encoding?: BufferEncoding): string | Buffer {
  const bytes = disk.read(fileOf(file));
  return encoding === undefined ? Buffer.from(bytes) : bytes.toString(encoding);
}

export function writeFileSync(file: string | number, content: Content): void {
  disk.write(fileOf(file), content);
}

export function mkdirSync(path: string, options?: Parameters<typeof disk.makeFolder>[1]): void {
  disk.makeFolder(path, options);
}

export const constants = { O_RDONLY: 0, O_NONBLOCK: 0 };

/** For adding to, or for finding out that it cannot be opened; a new file, to be written whole; else for reading. */
export function openSync(path: string, flags: 'a' | 'wx' | number, mode?: number): number {
  if (flags === 'a') appendFileSync(path, '');
  else if (flags === 'wx') disk.write(path, '', mode);
  else disk.stat(path);
  opened.set((descriptors += 1), path);
  return descriptors;
}

function fileOf(file: string | number): string {
  return typeof file === 'string' ? file : (opened.get(file) ?? '');
}

export function closeSync(descriptor: number): void {
  opened.delete(descriptor);
}

export function appendFileSync(path: string, text: string): void {
  const known = disk.exists(path) ? disk.read(path).toString() : '';
  disk.write(path, `${known}${text}`);
}

export function chmodSync(path: string, mode: number): void {
  disk.changeMode(path, mode);
}

export function fchmodSync(descriptor: number, mode: number): void {
  disk.changeMode(fileOf(descriptor), mode);
}

export function fchownSync(_descriptor: number, _uid: number, _gid: number): void {
  // There is one user.
}

export function utimesSync(path: string, _atime: number, mtime: number): void {
  disk.touch(path, mtime);
}

export function renameSync(from: string, to: string): void {
  disk.rename(from, to);
}

export function rmSync(path: string, options?: Parameters<typeof disk.remove>[1]): void {
  disk.remove(path, options);
}

export function unlinkSync(path: string): void {
  disk.removeFile(path);
}

export function rmdirSync(path: string): void {
  disk.removeFolder(path);
}

/** Tables of tenants are read in pieces; no life has one. */
export function createReadStream(path: string): never {
  throw new Error(`nothing reads ${path} in pieces in a simulated life`);
}
