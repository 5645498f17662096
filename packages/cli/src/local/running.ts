import { lstat, readFile, realpath, rm } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { z } from 'zod';
import type { LocalPaths } from './paths.ts';
import { writePrivateJson } from './private-json.ts';
import { provesToken } from './prove.ts';

const schema = z.strictObject({
  pid: z.int().positive(),
  url: z.string().max(200),
  token: z.string().min(32).max(200),
  startedAt: z.iso.datetime(),
  /** Only what the seed file names exists in it. */
  strict: z.boolean(),
  /** The machine it runs on, and the project it runs for. */
  host: z.string().max(300),
  root: z.string().max(4_096),
});

/** An embedded Cloudflare that runs on its own, started with `local start`. */
export type Running = z.output<typeof schema>;

/** What became of the look for one. */
export type Found =
  | { readonly is: 'none' }
  | { readonly is: 'running'; readonly running: Running }
  /** A file says that one runs, but it is not to be believed; `why` is a clause after "because". */
  | { readonly is: 'ignored'; readonly why: string };

/** A file `local start` wrote is far shorter. */
const MAX_BYTES = 16 * 1024;

/**
 * The one that runs for this project. The file that names it may have come with the project, from another machine, or
 * from a process that is gone; so it counts only when it is ours and private, and when the server proves that it knows
 * the token, before anything is sent to it.
 */
export async function lookForRunning(paths: LocalPaths): Promise<Found> {
  const untrusted = await untrustedFile(paths);
  if (untrusted !== null) return untrusted;
  const running = parse(await readFile(paths.running, 'utf8').catch(() => ''));
  if (running === null) return ignored('it is not what local start writes');
  const why = (await untrue(paths, running)) ?? (await unproven(running));
  return why === null ? { is: 'running', running } : ignored(why);
}

/** The one that runs, or null. */
export async function findRunning(paths: LocalPaths): Promise<Running | null> {
  const found = await lookForRunning(paths);
  return found.is === 'running' ? found.running : null;
}

/** Lets other commands find the one started here. */
export async function announce(paths: LocalPaths, running: Omit<Running, 'host' | 'root'>): Promise<Running> {
  const complete = { ...running, host: hostname(), root: await realpath(paths.root) };
  await writePrivateJson(paths.running, complete);
  return complete;
}

/** Takes the announcement back. */
export async function retract(paths: LocalPaths): Promise<void> {
  await rm(paths.running, { force: true });
}

/** What of the file itself forbids to believe it; null when nothing does. */
async function untrustedFile({ folder, running }: LocalPaths): Promise<Found | null> {
  const [file, dir] = await Promise.all([running, folder].map((path) => lstat(path).catch(() => null)));
  if (file === null || file === undefined || dir === null || dir === undefined) return { is: 'none' };
  if (!dir.isDirectory() || !file.isFile()) return ignored('it is a link or no file');
  if (file.size > MAX_BYTES) return ignored('it is too long');
  if (process.platform === 'win32') return null;
  const { uid } = userInfo();
  if (file.uid !== uid || dir.uid !== uid) return ignored('it belongs to another user');
  if ((file.mode & 0o077) !== 0) return ignored(`others may read or write it (mode ${modeOf(file)})`);
  if ((dir.mode & 0o022) !== 0) return ignored(`others may write its folder (mode ${modeOf(dir)})`);
  return null;
}

/** What of its content cannot be so. */
async function untrue(paths: LocalPaths, { url, host, root, pid }: Running): Promise<string | null> {
  if (!isLoopback(url)) return 'its address is not on this machine';
  if (host !== hostname()) return 'it was written on another machine';
  if (root !== (await realpath(paths.root))) return 'it was written for another folder';
  return processIsOurs(pid) ? null : `process ${pid} does not run, or is not ours`;
}

async function unproven({ url, token }: Running): Promise<string | null> {
  return (await provesToken(url, token))
    ? null
    : `the server at ${url} does not prove that it knows the token`;
}

function ignored(why: string): Found {
  return { is: 'ignored', why };
}

function parse(text: string): Running | null {
  try {
    const result = schema.safeParse(JSON.parse(text));
    return result.success ? result.data : null;
  } catch {
    return null;
  }
}

/** Only the form the server itself announces: no name that somebody could resolve otherwise, no user, no path. */
function isLoopback(url: string): boolean {
  return /^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(url) && URL.canParse(url);
}

function modeOf({ mode }: Stats): string {
  return (mode & 0o777).toString(8);
}

/** False also for a process of another user: the server of this project is ours. */
function processIsOurs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
