import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { createRedactor } from './redact.ts';
import { Secret } from './secret.ts';

const VALUE = 'p@ss "word"/0123';

test('a secret shows in no form of printing', () => {
  const secret = new Secret(VALUE);
  const printed = [String(secret), JSON.stringify({ secret }), inspect({ secret }), `${secret}`];
  expect(printed.join()).not.toContain('p@ss');
  expect(secret.open()).toBe(VALUE);
});

test('known values are hidden in text, as JSON and URL-encoded', () => {
  const { text } = createRedactor([new Secret(VALUE)]);
  expect(text(`a ${VALUE} b`)).toBe('a *** b');
  expect(text(JSON.stringify({ VALUE }))).not.toContain('word');
  expect(text(`?x=${encodeURIComponent(VALUE)}`)).toBe('?x=***');
});

test.each([
  ['Authorization: Bearer abcdefghijkl', 'Authorization: Bearer ***'],
  ['X-Auth-Key: abcdefghijkl', 'X-Auth-Key: ***'],
  ['https://me:hunter22@example.com/', 'https://me:***@example.com/'],
  ['CLOUDFLARE_API_TOKEN_ACME=abcdefghijkl', 'CLOUDFLARE_API_TOKEN_ACME=***'],
])('tokens are known by their place: %s', (dirty, clean) => {
  expect(createRedactor().text(dirty)).toBe(clean);
});

test('objects are scrubbed all the way down, keys too, and cycles end', () => {
  const cyclic: Record<string, unknown> = {
    list: [{ deep: `x${VALUE}` }],
    [VALUE]: 1,
    error: new Error(VALUE),
  };
  cyclic['self'] = cyclic;
  const clean = createRedactor([new Secret(VALUE)]).value(cyclic);
  expect(clean).toEqual({ list: [{ deep: 'x***' }], '***': 1, error: '***', self: '[circular]' });
});

test('short values are left: hiding them would garble everything', () => {
  expect(createRedactor([new Secret('on')]).text('on and on')).toBe('on and on');
});
