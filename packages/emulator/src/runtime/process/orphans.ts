import { execFile } from 'node:child_process';
import { readFile, readdir, readlink, realpath } from 'node:fs/promises';
import { basename, sep } from 'node:path';
import { promisify } from 'node:util';

/**
 * Ends workerd processes that hold files under `dir` and whose own parent is gone. When our process is killed, its
 * workerd lives on; two of them must not write the same data.
 * @returns the ids of the processes it ended. Where processes cannot be listed (Windows) it ends none.
 */
export async function endOrphans(dir: string): Promise<number[]> {
  const root = await realpath(dir).catch(() => null);
  if (root === null) return [];
  const orphans = process.platform === 'linux' ? await orphansByProc(root) : await orphansByTools(root);
  return orphans.filter(end);
}

async function orphansByProc(root: string): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry) || (await program(entry)) !== 'workerd') continue;
    if ((await hasLiveParent(entry)) || !(await holdsFilesIn(entry, root))) continue;
    found.push(Number(entry));
  }
  return found;
}

/** An orphan is adopted by init or some other supervisor, never by a Node.js process. */
async function hasLiveParent(pid: string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name in parentheses may itself hold blanks and parentheses.
  const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? '';
  return (await program(parent)) === basename(process.execPath);
}

async function program(pid: string): Promise<string | null> {
  return readlink(`/proc/${pid}/exe`).then(basename, () => null);
}

async function holdsFilesIn(pid: string, root: string): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
    if (target === root || target.startsWith(root + sep)) return true;
  }
  return false;
}

/** macOS and the BSDs: `lsof` for the files, `ps` for the parents. */
async function orphansByTools(root: string): Promise<number[]> {
  const run = promisify(execFile);
  const output = async (command: string, args: string[]): Promise<string> =>
    run(command, args).then(
      ({ stdout }) => stdout,
      () => '',
    );
  const holders = (await output('lsof', ['-t', '-c', 'workerd', '-a', '+D', root])).match(/\d+/g) ?? [];
  const orphans: number[] = [];
  for (const pid of holders) {
    if ((await output('ps', ['-o', 'ppid=', '-p', pid])).trim() === '1') orphans.push(Number(pid));
  }
  return orphans;
}

function end(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
