import { expect, test } from 'vitest';
import { PlainHeaders } from './plain-headers.ts';

test.each<[string, readonly (readonly [string, string])[]]>([
  ['nothing', []],
  ['one', [['Content-Type', 'text/plain']]],
  [
    'a name twice, in different letters',
    [
      ['Accept', 'a'],
      ['accept', 'b'],
    ],
  ],
  ['spaces and ends of lines around a value', [['X', ' \tvalue in it\r\n']]],
])('hold %s as the standard has it', (_what, entries) => {
  const [ours, standard] = [new PlainHeaders(entries), new Headers(entries.map(([n, v]) => [n, v]))];
  expect([...ours]).toEqual([...standard]);
  for (const [name] of entries)
    expect([ours.get(name), ours.has(name)]).toEqual([standard.get(name), standard.has(name)]);
});

test('a name that was deleted, or never there, is absent', () => {
  const headers = new PlainHeaders([['Authorization', 'x']]);
  headers.delete('authorization');
  expect([headers.get('Authorization'), headers.has('authorization'), headers.get('other')]).toEqual([
    null,
    false,
    null,
  ]);
});
