import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** Places of the first and last byte of the start environment among the fields of `/proc/self/stat`; see proc(5). */
const [ENV_START, ENV_END] = [50, 51];

/**
 * Overwrites the values of variables where the kernel put them when this process was started. Deleting them from
 * `process.env` does not touch that memory, and every process of the same user can read it. Only on Linux; where it is not
 * allowed nothing happens.
 */
export function wipeStartEnvironment(names: ReadonlySet<string>): void {
  if (process.platform !== 'linux') return;
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    // The second field, the name in parentheses, may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [start, end] = [Number(fields[ENV_START - 3]), Number(fields[ENV_END - 3])];
    const bytes = readFileSync('/proc/self/environ');
    if (!Number.isSafeInteger(start) || end - start < bytes.length) return;
    overwrite(valuesOf(bytes, names), start);
  } catch {
    // A hardened kernel, or no /proc: the documentation says what can then be read.
  }
}

/** Where the values of these variables are. */
function valuesOf(
  bytes: Buffer,
  names: ReadonlySet<string>,
): readonly { readonly at: number; readonly length: number }[] {
  const places: { at: number; length: number }[] = [];
  let at = 0;
  for (const entry of bytes.toString('latin1').split('\0')) {
    const name = entry.indexOf('=');
    const utf8 = Buffer.from(entry.slice(0, Math.max(0, name)), 'latin1').toString('utf8');
    if (name > 0 && names.has(utf8)) places.push({ at: at + name + 1, length: entry.length - name - 1 });
    at += entry.length + 1;
  }
  return places;
}

function overwrite(places: readonly { readonly at: number; readonly length: number }[], start: number): void {
  const memory = openSync('/proc/self/mem', 'r+');
  try {
    for (const { at, length } of places) {
      if (length > 0) writeSync(memory, Buffer.alloc(length, 'x'), 0, length, start + at);
    }
  } finally {
    closeSync(memory);
  }
}
