import { createColors } from 'picocolors';
import type { Output } from '../world.ts';

/** How to make text stand out; every function gives the text back unchanged when colours are off. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
  /** Width to wrap at, columns. */
  readonly width: number;
  /** Width a table must fit into; Infinity where nothing wraps, as in a pipe. */
  readonly fit: number;
  readonly color: boolean;
}

type Paint = (text: string) => string;

/** Colours on a terminal, unless they are unwanted: `--no-color`, NO_COLOR, TERM=dumb. FORCE_COLOR turns them on. */
export function createStyle(options: {
  readonly color: boolean | undefined;
  readonly output: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Style {
  const color = wantsColor(options);
  const { bold, dim, red, green, yellow, cyan } = createColors(color);
  const { columns, isTerminal } = options.output;
  const width = Math.max(60, columns);
  return { bold, dim, red, green, yellow, cyan, color, width, fit: isTerminal ? columns : Infinity };
}

function wantsColor({ color, output, env }: Parameters<typeof createStyle>[0]): boolean {
  if (color === false || (env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'] ?? '';
  if (forced !== '') return forced !== '0';
  return output.isTerminal && env['TERM'] !== 'dumb';
}
