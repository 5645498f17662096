import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { channel } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { basename } from 'node:path';
import type { Writable } from 'node:stream';

/**
 * Reads lines with the ids of all processes that are to die with us; each line replaces the one before. The end of its
 * input is our end, however we ended: then it ends those of the last line.
 */
const WATCHER = 'pids=; while read -r line; do pids=$line; done; [ -z "$pids" ] || kill -9 $pids 2>/dev/null';

let watching = false;

/**
 * From now on no workerd outlives this process, not even when it is killed: a small shell holds the other end of a pipe
 * and ends them when the pipe closes. Costs nothing until a workerd is started. Does nothing on Windows.
 */
export function watchWorkerd(): void {
  if (watching || process.platform === 'win32') return;
  watching = true;
  const alive = new Set<number>();
  let watcher: Writable | null = null;
  const tell = (): void => {
    watcher ??= startWatcher(() => {
      watcher = null;
    });
    watcher.write(`${[...alive].join(' ')}\n`);
  };
  // miniflare keeps its child to itself; Node tells of each child that is made.
  channel('child_process').subscribe((message) => {
    const child = childOf(message);
    // It is told before the process is there.
    child?.once('spawn', () => {
      const { pid } = child;
      if (pid === undefined || basename(child.spawnfile) !== 'workerd') return;
      alive.add(pid);
      tell();
      child.once('exit', () => {
        alive.delete(pid);
        tell();
      });
    });
  });
}

function startWatcher(onGone: () => void): Writable {
  const shell = spawn('/bin/sh', ['-c', WATCHER], {
    // A group of its own: Ctrl-C in the terminal must not end it before us.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
    cwd: '/',
  });
  shell.on('error', onGone).on('exit', onGone);
  shell.stdin.on('error', onGone);
  shell.unref();
  // The pipe is a socket, which would keep us alive.
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return shell.stdin;
}

/** The channel's messages: `{ process }`. Source: Node.js docs, diagnostics_channel, "Child Process". */
function childOf(message: unknown): ChildProcess | null {
  const { process: child } = message as { process?: ChildProcess };
  return child ?? null;
}
