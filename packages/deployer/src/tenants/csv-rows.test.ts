import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvRows } from './csv-rows.ts';

/** The rows of a table that arrives in pieces, as their values; null: a row that is no document. */
async function valuesOf(pieces: readonly string[], rowBytes = 1_000): Promise<readonly object[]> {
  const chunks = async function* (): AsyncIterable<string> {
    yield* pieces;
  };
  const values: object[] = [];
  for await (const rows of csvRows('tenants.csv', chunks(), { rowBytes })) {
    for (const { document } of rows) {
      if (document !== null) values.push({ value: document.value, line: document.firstLine });
    }
  }
  return values;
}

/** What the parser of CSV alone makes of the whole text. */
function parsed(text: string): readonly object[] {
  let line = 1;
  const records: { readonly cells: readonly string[]; readonly line: number }[] = [];
  const count = (raw: string): number => {
    const first = line;
    line += raw.replace(/\r?\n?$/, '').split('\n').length;
    return first;
  };
  parse(text, {
    bom: true,
    raw: true,
    relax_column_count: true,
    skip_records_with_error: true,
    on_record: ((one: { record: string[]; raw: string }) => {
      records.push({ cells: one.record, line: count(one.raw) });
    }) as never,
    on_skip: (_error, raw) => {
      count(raw ?? '');
      return undefined;
    },
  });
  return records
    .slice(1)
    .filter(({ cells }) => cells.length === 2)
    .map(({ cells: [id, name], line: firstLine }) => ({
      value: { ...(id === '' ? {} : { tenantId: id }), ...(name === '' ? {} : { name }) },
      line: firstLine,
    }));
}

const cell = fc.string({ unit: fc.constantFrom('a', 'b', ',', '"', ' ', 'é'), maxLength: 4 });
const end = fc.constantFrom('\n', '\n', '\r\n');

test('a table in pieces has the rows that the parser finds in the whole, with and without quotes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(cell, fc.constantFrom(',', ',', '\n', '\r\n')), { maxLength: 30 }),
      end,
      fc.array(fc.nat(60), { maxLength: 4 }),
      async (cells, first, cuts) => {
        const text = `tenantId,name${first}${cells.flat().join('')}`;
        const places = [...new Set(cuts.filter((at) => at < text.length))].toSorted((a, b) => a - b);
        const pieces = [0, ...places].map((at, index) => text.slice(at, places[index] ?? text.length));
        expect(await valuesOf(pieces)).toEqual(parsed(text));
      },
    ),
    { numRuns: 500 },
  );
});

test.each([
  ['a mark of the byte order', '\uFEFFtenantId,name\na,b\n', [{ tenantId: 'a', name: 'b' }]],
  ['lines of very old machines', 'tenantId,name\ra,b\rc,d\r', 2],
  ['a last line without an end', 'tenantId,name\na,b', 1],
  ['nothing but a header', 'tenantId,name', 0],
  ['nothing', '', 0],
])('%s', async (_what, text, wanted) => {
  const found = await valuesOf([...text]);
  expect(found).toHaveLength(typeof wanted === 'number' ? wanted : wanted.length);
});

test('nothing is read after a row that is too long, which is told', async () => {
  const text = `tenantId,name\na,b\n${'x'.repeat(50)},c\nd,e\n`;
  expect(await valuesOf([text], 20)).toEqual([{ value: { tenantId: 'a', name: 'b' }, line: 2 }]);
});
