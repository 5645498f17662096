/** What the machine refused, in words, and what to do about it. */
export interface MachineRefusal {
  readonly message: string;
  readonly hint: string;
}

const IN_ITS_PLACE = 'Something else is in its place: move it away, then run the command again.';
const RIGHTS = 'Give this user the right to read and write it, then run the command again.';
const ROOM =
  'Make room on that disk, then run the command again. What is live, "cf-deploy status" tells from Cloudflare.';
const OPEN_FILES = 'Raise the limit of open files (ulimit -n), or lower --parallel.';

/** What the system says of files, by its name of it. Source: errno(3). */
const OF_FILES: ReadonlyMap<string, { readonly what: string; readonly hint: string }> = new Map(
  Object.entries({
    ENOSPC: { what: 'there is no room left on the disk', hint: ROOM },
    EDQUOT: { what: "the user's share of the disk is used up", hint: ROOM },
    EFBIG: { what: 'the file would be too large', hint: ROOM },
    EACCES: { what: 'this user may not do that', hint: RIGHTS },
    EPERM: { what: 'this user may not do that', hint: RIGHTS },
    EROFS: {
      what: 'it can only be read, not written',
      hint: 'Use a checkout on a disk that can be written.',
    },
    EEXIST: { what: 'something is there already', hint: IN_ITS_PLACE },
    ENOTDIR: { what: 'a part of the path is no folder', hint: IN_ITS_PLACE },
    EISDIR: { what: 'it is a folder, not a file', hint: IN_ITS_PLACE },
    ELOOP: { what: 'its links lead in a circle', hint: 'Correct the links, then run the command again.' },
    ENAMETOOLONG: {
      what: 'the name is too long',
      hint: 'Use a shorter name, or a checkout nearer to the root.',
    },
    ENOENT: {
      what: 'it is not there',
      hint: 'It may have been removed while the command ran: put it back, then run the command again.',
    },
    EMFILE: { what: 'too many files are open', hint: OPEN_FILES },
    ENFILE: { what: 'too many files are open on this machine', hint: OPEN_FILES },
    EIO: {
      what: 'the disk could not be read or written',
      hint: 'Check the disk, then run the command again.',
    },
  }),
);

/** The same of the SQLite file that keeps releases, by SQLite's name of it. Source: sqlite.org/rescode.html. */
const OF_SQLITE: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'ENOSPC',
  SQLITE_READONLY: 'EROFS',
  SQLITE_CANTOPEN: 'EACCES',
  SQLITE_PERM: 'EACCES',
  SQLITE_IOERR: 'EIO',
};

/**
 * What an error says that the system threw over a file or folder; null for any other error, also one of the network. Such
 * an error is no defect of this tool: the disk is full, a file is in the way, a folder cannot be written. Pure.
 */
export function machineRefusal(thrown: unknown): MachineRefusal | null {
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string') return null;
  const { code } = thrown;
  const sqlite = Object.keys(OF_SQLITE).find((name) => code === name || code.startsWith(`${name}_`));
  if (sqlite === undefined && !concernsFile(thrown)) return null;
  const refused = OF_FILES.get(sqlite === undefined ? code : (OF_SQLITE[sqlite] ?? ''));
  if (refused === undefined) return null;
  const where = sqlite === undefined ? placeOf(thrown) : 'the file that keeps releases';
  return { message: `This machine refused ${where}: ${refused.what} (${code}).`, hint: refused.hint };
}

/** Calls of the system over sockets and names; everything else that has a `syscall` is about files. */
const OF_NETWORK: readonly string[] = ['connect', 'bind', 'listen', 'accept', 'getaddrinfo', 'send', 'recv'];

function concernsFile(error: Error): boolean {
  if (!('syscall' in error) || typeof error.syscall !== 'string') return false;
  return !OF_NETWORK.includes(error.syscall) && !error.syscall.startsWith('spawn');
}

function placeOf(error: Error): string {
  const syscall = 'syscall' in error ? String(error.syscall) : '';
  const path = 'path' in error && typeof error.path === 'string' ? ` ${error.path}` : '';
  const to = 'dest' in error && typeof error.dest === 'string' ? ` to ${error.dest}` : '';
  if (syscall === 'uv_cwd') return 'the folder that the command was started in';
  return `to ${syscall}${path}${to}`;
}
