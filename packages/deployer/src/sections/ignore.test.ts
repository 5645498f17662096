import { expect, test } from 'vitest';
import { ruleFor } from './ignore.ts';

test.each([
  ['bindings.LEVEL', 'bindings.LEVEL.text', true],
  ['bindings.LEVEL', 'bindings.LEVEL_2.text', false],
  ['bindings.*', 'bindings.LEVEL', true],
  ['crons*', 'crons[0 3 * * *]', true],
  ['crons', 'crons[0 3 * * *]', true],
  ['settings.logpush', 'settings.observability', false],
  ['settings.(logpush|x)', 'settings.logpush', false],
])('the rule %s takes out %s: %s', (rule, path, taken) => {
  expect(ruleFor(path, [rule])).toBe(taken ? rule : undefined);
});
