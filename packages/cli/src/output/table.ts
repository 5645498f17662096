import { fitColumns, type Column } from './fit-columns.ts';
import type { Style } from './style.ts';

/** A borderless table as lines, no wider than the terminal. */
export async function tableLines(columns: readonly Column[], style: Style): Promise<readonly string[]> {
  const { default: Table } = await import('cli-table3');
  const fitted = fitColumns(columns, style.fit);
  const rows = Math.max(0, ...columns.map(({ cells }) => cells.length));
  const table = new Table({
    head: fitted.map(({ name }) => style.dim(name)),
    chars: BORDERLESS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  });
  for (let row = 0; row < rows; row += 1) {
    table.push(
      fitted.map(({ cells, paint = (text) => text }) => {
        const text = cells[row] ?? '';
        return text === '' ? '' : paint(text, row);
      }),
    );
  }
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
