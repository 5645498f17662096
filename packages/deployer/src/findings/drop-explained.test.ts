import { expect, test } from 'vitest';
import { dropExplained } from './drop-explained.ts';
import type { Finding } from './finding.ts';

const place = { file: 'wrangler.jsonc', line: 1, column: 1 };
const typo = (path: string, meant: string, severity: 'error' | 'warning' = 'error'): Finding => ({
  severity,
  code: 'unknown-field',
  path,
  place,
  message: `\`${path}\` is not a field.`,
  hint: `Did you mean \`${meant}\`?`,
});
const missing = (path: string, field: string): Finding => ({
  severity: 'error',
  code: 'missing-field',
  path,
  place,
  message: `It has no \`${field}\`, which is required.`,
});

test.each<[string, Finding, Finding, number]>([
  ['a mistyped field of the file', typo('mian', 'main'), missing('', 'main'), 1],
  ['a mistyped field of an entry', typo('kv[0].bidning', 'binding'), missing('kv[0].binding', 'binding'), 1],
  ['one of another entry', typo('kv[0].bidning', 'binding'), missing('kv[1].binding', 'binding'), 2],
  ['one that is only warned of', typo('mian', 'main', 'warning'), missing('', 'main'), 2],
  ['one that means another field', typo('mian', 'main'), missing('', 'name'), 2],
])('of %s and a missing field, what is said once is said once', (_what, wrong, absent, count) => {
  expect(dropExplained([absent, wrong])).toHaveLength(count);
  expect(dropExplained([absent, wrong])).toContain(wrong);
});
