import type { CsvRecord } from './csv-document.ts';

/** What of a table has been cut into records. */
interface Taken {
  readonly records: readonly CsvRecord[];
  /** From here on it is not plain: text for a real parser, which begins with a record. Null: all was plain so far. */
  readonly rest: string | null;
}

/** Cuts plain text into records. */
export interface PlainCsv {
  take(chunk: string): Taken;
  /** What follows the last line end. */
  end(): Taken;
  /** At which the next record begins. */
  readonly line: number;
  /** What ends a record, as the first line has it; null before there was one. */
  readonly lineEnd: string | null;
}

/**
 * Reads a table without a quote the way a parser of CSV does, in a fraction of the time: a line is a record, a comma ends
 * a cell. A quote, or a line that is too long, is where a parser has to go on.
 */
export function plainCsv({ rowBytes }: { readonly rowBytes: number }): PlainCsv {
  let text = '';
  let started = false;
  let line = 1;
  let lineEnd: string | null = null;
  /** Cuts off whole lines; false when one of them is too long, which stays. */
  const cut = (upTo: number, records: CsvRecord[]): boolean => {
    if (upTo === 0 || lineEnd === null) return true;
    const lines = text.slice(0, upTo - lineEnd.length).split(lineEnd);
    const long = lines.findIndex((each) => each.length > rowBytes);
    const ending = lineEnd.length;
    const taken = long === -1 ? lines : lines.slice(0, long);
    for (const each of taken) {
      records.push(plainRecord(each, line));
      // Where lines end as on Windows, a cell may hold the other kind of end.
      line += lineEnd === '\n' ? 1 : each.split('\n').length;
    }
    text = text.slice(long === -1 ? upTo : taken.reduce((sum, { length }) => sum + length + ending, 0));
    return long === -1;
  };
  return {
    take(chunk) {
      text = started ? text + chunk : chunk.replace(/^\uFEFF/, '');
      started = true;
      lineEnd ??= lineEndOf(text);
      const quote = text.indexOf('"');
      const last = lineEnd === null ? -1 : text.lastIndexOf(lineEnd, quote === -1 ? Infinity : quote);
      const records: CsvRecord[] = [];
      const short = cut(last === -1 ? 0 : last + (lineEnd?.length ?? 0), records);
      const isPlain = short && quote === -1 && text.length <= rowBytes && !hasOtherEnds(text, lineEnd);
      return { records, rest: isPlain ? null : text };
    },
    end() {
      if (lineEnd === null && text.includes('\r')) return { records: [], rest: text };
      return { records: text === '' ? [] : [plainRecord(text, line)], rest: null };
    },
    get line() {
      return line;
    },
    get lineEnd() {
      return lineEnd;
    },
  };
}

/** Lines that end as on very old machines; at the end of a piece the other half may be in the next one. */
function hasOtherEnds(text: string, lineEnd: string | null): boolean {
  return lineEnd === null && text.includes('\r') && !text.endsWith('\r');
}

/** The cells are cut out again whenever they are wanted: most rows are only asked for their id. */
function plainRecord(text: string, line: number): CsvRecord {
  return {
    text,
    line,
    get cells() {
      return text.split(',');
    },
  };
}

function lineEndOf(text: string): string | null {
  const at = text.indexOf('\n');
  const alone = text.indexOf('\r');
  if (at === -1 || (alone !== -1 && alone < at - 1)) return null;
  return alone === at - 1 && at > 0 ? '\r\n' : '\n';
}
