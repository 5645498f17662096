import { expect, test } from 'vitest';
import { createRedactor } from '../security/redact.ts';
import { Secret } from '../security/secret.ts';
import { excerpt } from './excerpt.ts';
import { hideHeaders } from './hide-headers.ts';

const same = (text: string): string => text;

test('an excerpt is one line without characters that act on a terminal or turn the text', () => {
  const text = 'a\u0000b\u001B[31mred\r\n::error::x\u202Egnp\u0085\u200B\u2028end';
  expect(excerpt(text, same)).toBe('a b [31mred ::error::x gnp end');
});

test('an excerpt has a longest length', () => {
  expect(excerpt('x'.repeat(5000), same)).toBe(`${'x'.repeat(200)}…`);
  expect(excerpt(`${'x'.repeat(199)}😀y`, same)).toBe(`${'x'.repeat(199)}…`);
});

test.each(Array.from({ length: 40 }, (_, before) => before + 170))(
  'a secret that lies across the cut at %i is scrubbed before the text is cut',
  (before) => {
    const redactor = createRedactor([new Secret('planted-value-0123456789')]);
    const shown = excerpt(`${'x'.repeat(before)}planted-value-0123456789 and more`, redactor.text);
    expect(shown).not.toContain('planted');
  },
);

test('a Worker that answers with what it was sent does not show the credentials of the check', () => {
  const hide = hideHeaders({ Authorization: 'Bearer abcdef123456', 'x-region': 'europe-west' }, same);
  expect(hide('got Bearer abcdef123456 or abcdef123456 from europe-west')).toBe(
    'got *** or *** from europe-west',
  );
});

test.each(
  [
    'Authorization',
    'cookie',
    'X-Api-Key',
    'x-token',
    'client-secret',
    'password',
    'x-passwd',
    'x-signature',
    'x-credential',
  ].map((name) => [name]),
)('the value of a header called %s is hidden, whole and in its parts', (name) => {
  const hide = hideHeaders({ [name]: 'first-part=second-part;third,1 abc' }, (text) => text.toUpperCase());
  expect(hide('first-part=second-part;third,1 abc or second-part or first-part; third abc')).toBe(
    '*** OR *** OR ***; THIRD ABC',
  );
});

test('the longest of what is hidden goes first, and what is short stays', () => {
  const hide = hideHeaders({ 'x-token': 'abcdef', 'x-key': 'abcdef-123456', 'x-secret': 'abcde' }, same);
  expect(hide('abcdef-123456 abcdef abcde')).toBe('*** *** abcde');
});

test.each([
  ['x'.repeat(200), 200, 'x'.repeat(200)],
  ['x'.repeat(201), 200, `${'x'.repeat(200)}…`],
  ['  a \n b  ', 200, 'a b'],
  ['abcdef', 3, 'abc…'],
])('%j in %i characters is %j', (text, length, shown) => {
  expect(excerpt(text, same, length)).toBe(shown);
});
