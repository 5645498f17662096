/** A file or folder of the disk in memory. */
interface Entry {
  mode: number;
  mtimeMs: number;
  /** Names in a folder; null: a file. */
  readonly names: Set<string> | null;
  bytes: Buffer;
}

/** What is asked of a file or folder; the part of Node's `Stats` that is used. */
export interface MemoryStats {
  readonly size: number;
  readonly mode: number;
  readonly mtimeMs: number;
  readonly mtime: Date;
  readonly uid: number;
  readonly gid: number;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** An entry of a folder, as `readdir` with `withFileTypes` gives it. */
export interface MemoryDirent {
  readonly name: string;
  readonly parentPath: string;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

type Content = string | NodeJS.ArrayBufferView;

const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;

/** Everything there is, by its absolute path; a trailing `/` says the same. */
const entries = new Map<string, Entry>([['', folder(0o755)]]);

/** Stats of what is there. @throws ENOENT */
export function stat(path: string): MemoryStats {
  const { names, bytes, mode, mtimeMs } = at(path, 'stat');
  return {
    size: bytes.byteLength,
    mode: mode | (names === null ? S_IFREG : S_IFDIR),
    mtimeMs,
    mtime: new Date(mtimeMs),
    uid: 0,
    gid: 0,
    ...kindOf(names),
  };
}

/** @throws ENOENT, EISDIR */
export function read(path: string): Buffer {
  const { names, bytes } = at(path, 'open');
  if (names !== null) throw refusal('EISDIR', 'read', path);
  return bytes;
}

/** Writes a file, whole. @throws ENOENT for one in no folder, EISDIR */
export function write(path: string, content: Content, mode = 0o666): void {
  const inside = folderOf(path, 'open');
  const bytes =
    typeof content === 'string'
      ? Buffer.from(content)
      : Buffer.from(content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength));
  const known = find(path);
  if (known === undefined) {
    entries.set(keyOf(path), { mode: mode & 0o777, mtimeMs: Date.now(), names: null, bytes });
    inside.add(nameOf(path));
  } else if (known.names !== null) {
    throw refusal('EISDIR', 'open', path);
  } else {
    known.bytes = bytes;
    known.mtimeMs = Date.now();
  }
}

/** What is in a folder, in order. @throws ENOENT, ENOTDIR */
export function list(path: string): readonly MemoryDirent[] {
  return namesIn(path).map((name) => ({
    name,
    parentPath: path,
    ...kindOf(at(`${keyOf(path)}/${name}`, 'scandir').names),
  }));
}

/** Names of what is in a folder, in order. @throws ENOENT, ENOTDIR */
export function namesIn(path: string): string[] {
  const { names } = at(path, 'scandir');
  if (names === null) throw refusal('ENOTDIR', 'scandir', path);
  return [...names].toSorted();
}

/** Makes a folder. @throws EEXIST unless recursive, ENOENT, ENOTDIR */
export function makeFolder(path: string, { recursive = false, mode = 0o777 } = {}): void {
  const known = find(path);
  if (known !== undefined) {
    if (recursive && known.names !== null) return;
    throw refusal('EEXIST', 'mkdir', path);
  }
  if (recursive) makeFolder(parentOf(path), { recursive, mode });
  folderOf(path, 'mkdir').add(nameOf(path));
  entries.set(keyOf(path), folder(mode));
}

/** Removes a file. @throws ENOENT, EPERM for a folder */
export function removeFile(path: string): void {
  if (at(path, 'unlink').names !== null) throw refusal('EPERM', 'unlink', path);
  drop(path);
}

/** Removes a folder with nothing in it. @throws ENOENT, ENOTDIR, ENOTEMPTY */
export function removeFolder(path: string): void {
  const { names } = at(path, 'rmdir');
  if (names === null) throw refusal('ENOTDIR', 'rmdir', path);
  if (names.size > 0) throw refusal('ENOTEMPTY', 'rmdir', path);
  drop(path);
}

/** Removes whatever is there. @throws ENOENT unless `force`; ERR_FS_EISDIR for a folder unless `recursive` */
export function remove(path: string, { recursive = false, force = false } = {}): void {
  const known = find(path);
  if (known === undefined) {
    if (force) return;
    throw refusal('ENOENT', 'rm', path);
  }
  if (known.names !== null && !recursive) throw refusal('ERR_FS_EISDIR', 'rm', path);
  for (const name of known.names ?? []) remove(`${keyOf(path)}/${name}`, { recursive });
  drop(path);
}

/** Gives a file or folder another name, in the place of a file that has it. @throws ENOENT, ENOTEMPTY */
export function rename(from: string, to: string): void {
  const entry = at(from, 'rename');
  if ((find(to)?.names?.size ?? 0) > 0) throw refusal('ENOTEMPTY', 'rename', to);
  folderOf(to, 'rename').add(nameOf(to));
  entries.set(keyOf(to), entry);
  for (const name of entry.names ?? []) move(`${keyOf(from)}/${name}`, `${keyOf(to)}/${name}`);
  drop(from);
}

/** @param mtime seconds since 1970, or a date. @throws ENOENT */
export function touch(path: string, mtime: number | Date): void {
  at(path, 'utime').mtimeMs = typeof mtime === 'number' ? mtime * 1_000 : mtime.getTime();
}

/** @throws ENOENT */
export function changeMode(path: string, mode: number): void {
  at(path, 'chmod').mode = mode & 0o777;
}

/** The path as it is: there are no links. @throws ENOENT */
export function realPath(path: string): string {
  at(path, 'realpath');
  return keyOf(path);
}

export function exists(path: string): boolean {
  return find(path) !== undefined;
}

function move(from: string, to: string): void {
  const entry = at(from, 'rename');
  entries.set(to, entry);
  entries.delete(from);
  for (const name of entry.names ?? []) move(`${from}/${name}`, `${to}/${name}`);
}

function drop(path: string): void {
  folderOf(path, 'unlink').delete(nameOf(path));
  entries.delete(keyOf(path));
}

function folder(mode: number): Entry {
  return { mode, mtimeMs: Date.now(), names: new Set<string>(), bytes: Buffer.alloc(0) };
}

function kindOf(names: Entry['names']): Pick<MemoryStats, 'isFile' | 'isDirectory' | 'isSymbolicLink'> {
  return { isFile: () => names === null, isDirectory: () => names !== null, isSymbolicLink: () => false };
}

function keyOf(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

function parentOf(path: string): string {
  const key = keyOf(path);
  return key.slice(0, key.lastIndexOf('/'));
}

function nameOf(path: string): string {
  const key = keyOf(path);
  return key.slice(key.lastIndexOf('/') + 1);
}

function find(path: string): Entry | undefined {
  return entries.get(keyOf(path));
}

function at(path: string, call: string): Entry {
  const entry = find(path);
  if (entry === undefined) throw refusal('ENOENT', call, path);
  return entry;
}

/** Names in the folder that a path is in. @throws ENOENT, ENOTDIR */
function folderOf(path: string, call: string): Set<string> {
  const { names } = at(parentOf(path), call);
  if (names === null) throw refusal('ENOTDIR', call, path);
  return names;
}

/** What is not there is asked for all the time, and nobody looks at the stack. */
function refusal(code: string, syscall: string, path: string): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const error = Object.assign(new Error(`${code}: ${syscall} '${path}'`), { code, syscall, path });
  Error.stackTraceLimit = stackTraceLimit;
  return error;
}
