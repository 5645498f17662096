import { channel } from 'node:diagnostics_channel';
import { basename } from 'node:path';

/** What workerd needs of the environment: where things are, and how text and time are written. A beginning ends with `*`. */
const NEEDED: readonly string[] = [
  ...'PATH HOME TMPDIR TMP TEMP TZ LANG LANGUAGE LC_* FORCE_COLOR NO_COLOR TERM'.split(' '),
  ...'SSL_CERT_FILE SSL_CERT_DIR SYSTEMROOT SYSTEMDRIVE WINDIR USERPROFILE LOCALAPPDATA'.split(' '),
];

let bare = false;

/** What `child.spawn` takes, as far as it is needed here. */
interface SpawnOptions {
  readonly file?: string;
  /** `NAME=value` each. */
  readonly envPairs?: readonly string[];
}

/** A child as Node's channel tells of it, before there is a process. */
interface UnbornChild {
  spawn: (options: SpawnOptions) => unknown;
}

/**
 * From now on every workerd of this process is given an allow-list of its environment: tokens of the program that uses
 * the emulator are not its business. miniflare hands on all of it and has no option for that; Node tells of each child
 * before it is started, so its environment can still be made smaller.
 *
 * Source: Node.js docs, diagnostics_channel, "Child Process"; `ChildProcess.prototype.spawn` gets `envPairs`.
 */
export function bareWorkerd(): void {
  if (bare) return;
  bare = true;
  channel('child_process').subscribe((message) => {
    const { process: child } = message as { readonly process?: UnbornChild };
    if (child === undefined || typeof child.spawn !== 'function') return;
    const spawn = child.spawn.bind(child);
    child.spawn = (options) => spawn(isWorkerd(options) ? withoutSecrets(options) : options);
  });
}

function isWorkerd({ file = '' }: SpawnOptions): boolean {
  const name = basename(file).toLowerCase();
  return name === 'workerd' || name === 'workerd.exe' || file === process.env['MINIFLARE_WORKERD_PATH'];
}

function withoutSecrets(options: SpawnOptions): SpawnOptions {
  return { ...options, envPairs: (options.envPairs ?? []).filter((pair) => isNeeded(pair)) };
}

function isNeeded(pair: string): boolean {
  const name = pair.slice(0, Math.max(0, pair.indexOf('='))).toUpperCase();
  return NEEDED.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one));
}
