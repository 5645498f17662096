import { looksLikeCredential } from './variables.ts';

/**
 * What a program needs of the environment to run at all: where things are, who the user is, how text is written. Data: a
 * name, or a beginning ended by `*`.
 */
const NEEDED: readonly string[] = [
  ...'PATH HOME USER LOGNAME SHELL PWD TMPDIR TMP TEMP TZ LANG LANGUAGE LC_*'.split(' '),
  ...'TERM COLORTERM COLUMNS LINES NO_COLOR FORCE_COLOR CI NODE_ENV NODE_EXTRA_CA_CERTS'.split(' '),
  ...'SSL_CERT_FILE SSL_CERT_DIR XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_RUNTIME_DIR'.split(' '),
  ...'SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT USERPROFILE HOMEDRIVE HOMEPATH'.split(' '),
  ...'APPDATA LOCALAPPDATA PROGRAMFILES* PROGRAMDATA NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE'.split(' '),
  // Where esbuild and workerd are, for those who bring their own.
  ...'ESBUILD_BINARY_PATH MINIFLARE_WORKERD_PATH'.split(' '),
  // How much of the machine esbuild, a program in Go, may take. Source: docs of Go's package `runtime`.
  ...'GOGC GOMAXPROCS GOMEMLIMIT'.split(' '),
];

/**
 * The environment of a child process: only what is on the list, and what the caller names besides. Never a name that
 * holds a credential, not even when it is named.
 */
export function childEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  further: readonly string[] = [],
): Record<string, string> {
  const entries = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      (isNeeded(entry[0]) || (further.includes(entry[0]) && !looksLikeCredential(entry[0]))),
  );
  return Object.fromEntries(entries);
}

/** Whether every child may see a variable. Case does not matter, as on Windows. */
export function isNeeded(name: string): boolean {
  const upper = name.toUpperCase();
  return NEEDED.some((one) => (one.endsWith('*') ? upper.startsWith(one.slice(0, -1)) : upper === one));
}
