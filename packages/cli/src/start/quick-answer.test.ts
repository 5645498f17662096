import { expect, test } from 'vitest';
import { quickAnswer } from './quick-answer.ts';
import { readVersion } from '../version.ts';

const notAsked = (): number => {
  throw new Error('nobody needs the width');
};

test.each(['--version', '-V'])('%s is answered with the version, whatever the terminal', (flag) => {
  expect(quickAnswer([flag], notAsked)).toBe(`${readVersion()}\n`);
});

test.each([
  [[]],
  [['deploy', '--help']],
  [['--help', '--json']],
  [['--version', '--json']],
  [['help']],
  [['--unknown']],
])('%j is left to the program', (args) => {
  expect(quickAnswer(args, notAsked)).toBeNull();
});

test('help that was not prepared, as in the sources, is left to the program', () => {
  expect(quickAnswer(['--help'], () => 80)).toBeNull();
});
