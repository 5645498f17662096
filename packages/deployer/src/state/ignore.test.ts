import { expect, test } from 'vitest';
import { applyIgnoreRules } from './ignore.ts';

const change = (path: string) =>
  ({ path, kind: 'changed', desired: 1, actual: 2, destructive: false }) as const;

test.each([
  ['bindings.LEVEL', 'bindings.LEVEL.text', true],
  ['bindings.LEVEL', 'bindings.LEVEL_2.text', false],
  ['bindings.*', 'bindings.LEVEL', true],
  ['crons*', 'crons[0 3 * * *]', true],
  ['crons', 'crons[0 3 * * *]', true],
  ['settings.logpush', 'settings.observability', false],
  ['settings.(logpush|x)', 'settings.logpush', false],
])('the rule %s takes out %s: %s', (rule, path, taken) => {
  const { changes, ignored } = applyIgnoreRules([change(path)], [rule]);
  expect(ignored).toEqual(taken ? [{ path, rule }] : []);
  expect(changes).toHaveLength(taken ? 0 : 1);
});
