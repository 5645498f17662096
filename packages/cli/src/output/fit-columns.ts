/** A column of a table: its name and a plain text for each row. */
export interface Column {
  readonly name: string;
  readonly cells: readonly string[];
  /** How a cell looks, after its length was decided. */
  readonly paint?: (text: string, row: number) => string;
  /** A shorter form that still says it, taken before anything is cut. */
  readonly short?: (text: string) => string;
  /** Fewest characters it may be cut to; left out: it is never cut. */
  readonly least?: number;
  /** Left out when nothing else helps, the highest first; left out: never. */
  readonly drop?: number;
}

/** Between two columns. */
const GAP = 2;

/**
 * Makes a table fit: columns that say nothing go, then shorter forms are taken (that which loses least
 * first), then the widest texts are cut, then whole
 * columns go. `--json` has everything. Pure.
 * @param width of the terminal; Infinity where nothing wraps
 */
export function fitColumns(columns: readonly Column[], width: number): readonly Column[] {
  let fitted: readonly Column[] = columns.filter(({ cells }) =>
    cells.some((cell) => cell !== '' && cell !== '–'),
  );
  for (const { column, shorter } of shorterForms(fitted)) {
    if (widthOf(fitted) <= width) break;
    fitted = fitted.map((other) => (other === column ? shorter : other));
  }
  fitted = cutWidest(fitted, width);
  while (widthOf(fitted) > width) {
    const droppable = fitted.filter(({ drop }) => drop !== undefined);
    const [next] = droppable.toSorted((a, b) => (b.drop ?? 0) - (a.drop ?? 0));
    if (next === undefined) break;
    fitted = fitted.filter((column) => column !== next);
  }
  return fitted;
}

function shorterForms(columns: readonly Column[]): readonly { column: Column; shorter: Column }[] {
  const loss = ({ column, shorter }: { column: Column; shorter: Column }): number =>
    columnWidth(column) - columnWidth(shorter);
  return columns
    .flatMap((column) =>
      column.short === undefined
        ? []
        : [{ column, shorter: { ...column, cells: column.cells.map(column.short) } }],
    )
    .toSorted((a, b) => loss(a) - loss(b));
}

/** One character after the other, always of the widest, so that no column pays for all. */
function cutWidest(columns: readonly Column[], width: number): readonly Column[] {
  const lengths = new Map(columns.map((column) => [column, columnWidth(column)]));
  for (let over = widthOf(columns) - width; over > 0; over -= 1) {
    const [widest] = [...lengths]
      .filter(([column, length]) => length > Math.max(column.least ?? Infinity, column.name.length))
      .toSorted(([, a], [, b]) => b - a);
    if (widest === undefined) break;
    lengths.set(widest[0], widest[1] - 1);
  }
  return columns.map((column) => ({
    ...column,
    cells: column.cells.map((cell) => cut(cell, lengths.get(column) ?? cell.length)),
  }));
}

function widthOf(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + columnWidth(column), GAP * Math.max(0, columns.length - 1));
}

function columnWidth({ name, cells }: Column): number {
  return Math.max(...[name, ...cells].map((text) => text.length));
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
}
