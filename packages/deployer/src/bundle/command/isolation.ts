import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);

/** How a shell command is started. */
export interface ShellCall {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * Linux: processes of its own with a `/proc` of their own, so that the command sees no other process and cannot read what
 * environment one was started with. The second step gives the right to undo the first one away.
 */
const APART: readonly string[] = [
  ...'--user --map-current-user --pid --fork --kill-child --mount-proc --'.split(' '),
  ...'unshare --user --map-current-user --mount --'.split(' '),
];

/**
 * The call that runs a command where it sees no other process; null where the machine cannot do that (not Linux, no
 * `unshare`, or the kernel does not let ordinary users).
 */
export async function apart(
  command: string,
  env: Readonly<Record<string, string>>,
): Promise<ShellCall | null> {
  if (process.platform !== 'linux') return null;
  try {
    await execFileAsync('unshare', [...APART, 'true'], { env, timeout: 5_000 });
    return { file: 'unshare', args: [...APART, '/bin/sh', '-c', command] };
  } catch {
    return null;
  }
}
