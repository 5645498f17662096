import { fstatSync, readFileSync, writeSync } from 'node:fs';
import { readVersion } from '../version.ts';

/** No line of help is longer, however wide the terminal is. */
export const WIDEST_HELP = 110;
/** Where nobody says how wide it is. */
export const DEFAULT_COLUMNS = 100;

/** Beside the built program: texts by width, written by `scripts/build.mjs`. */
const HELP_FILE = 'help.json';

/**
 * What to print for `--version` and `--help` without loading the program; null for everything else, which the program
 * answers itself, and for help in a width that was not prepared.
 *
 * @param columns width of the terminal, asked for only when it matters
 */
export function quickAnswer(args: readonly string[], columns: () => number): string | null {
  const [flag, ...others] = args;
  if (others.length > 0) return null;
  if (flag === '--version' || flag === '-V') return `${readVersion()}\n`;
  return flag === '--help' || flag === '-h' ? preparedHelp(Math.min(columns(), WIDEST_HELP)) : null;
}

function preparedHelp(width: number): string | null {
  try {
    const text = readFileSync(new URL(HELP_FILE, import.meta.url), 'utf8');
    return (JSON.parse(text) as Readonly<Record<string, string>>)[width] ?? null;
  } catch {
    // Not there when the sources are run.
    return null;
  }
}

/**
 * Columns of standard output. Only for what may be a terminal the stream is opened, for which Node loads its networking.
 */
export function outputColumns(stdout: () => { readonly columns?: number }): number {
  const columns = fstatSync(1).isCharacterDevice() ? stdout().columns : undefined;
  // Some pseudo-terminals say 0.
  return columns === undefined || columns <= 0 ? DEFAULT_COLUMNS : columns;
}

/** Writes to standard output at once, without opening the stream unless it is a pipe that is full or closed. */
export function writeOut(text: string, stdout: () => NodeJS.WriteStream): void {
  let rest = Buffer.from(text);
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(1, rest));
  } catch {
    // A closed pipe (`| head`) ends our output.
    stdout()
      .on('error', () => {})
      .write(rest);
  }
}
