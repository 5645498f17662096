import type { Style } from './style.ts';

/** A borderless table as lines. */
export async function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
): Promise<readonly string[]> {
  const { default: Table } = await import('cli-table3');
  const table = new Table({
    head: head.map((name) => style.dim(name)),
    chars: BORDERLESS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

const BORDERLESS = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .concat('middle')
    .map((name) => [name, '']),
);
