import { expect, it } from 'vitest';
import { patience } from './patience.ts';

it.each([
  ['one that does not tell', 0, 2, 5_000],
  ['an idle one', 0.2, 2, 5_000],
  ['one that is just busy', 2, 2, 5_000],
  ['one with four for each core', 8, 2, 20_000],
  ['one that is overrun', 400, 2, 60_000],
  ['one without cores', 3, 0, 15_000],
])('waits on %s as long as a script needs there', (_machine, load, cores, expected) => {
  expect(patience(5_000, load, cores)).toBe(expected);
});
