import { expect, test } from 'vitest';
import { fitColumns, type Column } from './fit-columns.ts';

const COLUMNS: readonly Column[] = [
  { name: 'tenant', cells: ['a-rather-long-tenant-id', 'acme'], least: 10 },
  { name: 'empty', cells: ['–', ''] },
  { name: 'id', cells: ['0123456789abcdef', '0123456789abcdef'], short: (id) => id.slice(0, 8) },
  { name: 'by', cells: ['somebody@example.com', '–'], least: 6, drop: 1 },
  { name: 'note', cells: ['whatever', '–'], drop: 2 },
];
const shown = (width: number): Record<string, string> =>
  Object.fromEntries(fitColumns(COLUMNS, width).map(({ name, cells }) => [name, cells[0] ?? '']));

test('what says nothing is left out, and nothing else where there is room', () => {
  expect(shown(Infinity)).toEqual({
    tenant: 'a-rather-long-tenant-id',
    id: '0123456789abcdef',
    by: 'somebody@example.com',
    note: 'whatever',
  });
});

test('a shorter form comes first, then the widest is cut, then a column goes', () => {
  expect(shown(66)).toMatchObject({ tenant: 'a-rather-long-tenant-id', id: '01234567' });
  expect(shown(50)).toEqual({
    tenant: 'a-rather-long…',
    id: '01234567',
    by: 'somebody@exam…',
    note: 'whatever',
  });
  expect(shown(30)).toEqual({ tenant: 'a-rather-…', id: '01234567', by: 'someb…' });
});

test.each([120, 80, 60, 40])('a table fits %i columns', (width) => {
  const fitted = fitColumns(COLUMNS, width);
  for (const row of [0, 1]) {
    const line = fitted.map(({ name, cells }) => {
      const longest = Math.max(name.length, ...cells.map((cell) => cell.length));
      return (cells[row] ?? '').padEnd(longest);
    });
    expect(line.join('  ').length).toBeLessThanOrEqual(width);
  }
});
