import { describe, expect, it } from 'vitest';
import { ignoreMatcher } from '../../src/assets/gitignore.ts';
import { checkHeaders } from '../../src/assets/headers-file.ts';
import { checkRedirects } from '../../src/assets/redirects-file.ts';
import { mapStack } from '../../src/bundle/check/map-stack.ts';
import { parseDocument } from '../../src/documents/read-document.ts';
import { codeFrame } from '../../src/findings/code-frame.ts';
import { didYouMean } from '../../src/findings/did-you-mean.ts';
import { looksSecret, maskSecrets } from '../../src/security/secret-fields.ts';
import { readMarker, userMessage } from '../../src/sections/marker.ts';
import { pathWildcard, wildcard } from '../../src/text/wildcard.ts';
import { check } from '../config/support.ts';
import { cpuMs } from '../support/cpu-ms.ts';

/** Pieces of text that, repeated, make a careless expression or loop go back again and again. */
const PIECES = [
  '\\',
  'a',
  'a.',
  'eyJ-',
  'eyJaaaaaaaaaaaa.',
  'a:"',
  ' ',
  'a  ',
  'a://',
  'a://b:',
  '-----BEGIN ',
  '"',
];
const MORE = [
  'a=\'b="',
  'sk-',
  'a="\\',
  '[cf-deploy a=b ',
  '\ufffd',
  '\n',
  'a/',
  '(',
  'index.js:',
  '"a"',
  '{',
  '}{',
  '/*',
];

const MAP = '{"version":3,"sources":["a"],"mappings":"AAAA","names":[]}';

/** Every function that reads text from outside. */
const READERS: readonly (readonly [string, (text: string) => unknown])[] = [
  ['maskSecrets', (text) => maskSecrets(text)],
  ['looksSecret', (text) => looksSecret(text)],
  ['codeFrame', (text) => codeFrame(text, { file: 'a', line: 1, column: 5 })],
  ['didYouMean', (text) => [didYouMean(text, ['abc', 'def']), didYouMean('abc', [text])]],
  ['JSON with comments', (text) => parseDocument('a.jsonc', text)],
  ['a text in JSON', (text) => check(JSON.stringify({ main: text, vars: { A: text } }))],
  ['a key in JSON', (text) => check(JSON.stringify({ [text]: 1, vars: { [text]: 1 } }))],
  ['TOML', (text) => check(text, { file: 'wrangler.toml' })],
  ['_headers', (text) => checkHeaders(text)],
  ['_redirects', (text) => checkRedirects(text, null)],
  [
    'a deployment message',
    (text) => [readMarker({ 'workers/message': text }), userMessage({ 'workers/message': text })],
  ],
  ['a stack trace', (text) => mapStack({ mainModule: 'index.js', localSourceMap: MAP }, text)],
  ['a glob', (text) => wildcard('*a*a*a*a*b')(text)],
  ['a glob of paths', (text) => pathWildcard('**/a/**/a*a*/**/a/b')(text)],
  ['.assetsignore', (text) => ignoreMatcher('**/a/**/*a*a*b\n*a*[ab]*c')(text)],
];

/** Milliseconds of the fastest of some runs: what others do on the machine only ever adds. */
function fastest(run: () => unknown): number {
  let best = Infinity;
  for (let round = 0; round < 3; round += 1) {
    best = Math.min(best, cpuMs(run));
  }
  return best;
}

/** Milliseconds that say nothing. */
const NOISE = 20;

function isQuick(run: () => unknown): boolean {
  return cpuMs(run) <= NOISE;
}

describe('somebody sends a text that goes round and round', () => {
  // Quadratic time would take sixteen times as long for four times the text; small times are noise.
  it.each(READERS)('%s takes time in proportion to its length', { timeout: 60_000 }, (_, read) => {
    const isSteep = (piece: string): boolean => {
      const text = (length: number): string => piece.repeat(Math.ceil(length / piece.length));
      const [few, many] = [text(8_000), text(32_000)];
      // Where it was quick once, there is nothing to compare.
      if (isQuick(() => read(many))) return false;
      const large = fastest(() => read(many));
      return large > NOISE && large > fastest(() => read(few)) * 10;
    };
    // What is really steep is so each time it is looked at; a busy machine is not.
    const steep = [...PIECES, ...MORE].filter((piece) => [1, 2, 3, 4].every(() => isSteep(piece)));
    expect(steep).toEqual([]);
  });
});

const many = (count: number, piece: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => piece(index)).join('');

describe('somebody sends a small file that is a lot of work', () => {
  it.each([
    ['ninety bytes that end in backslashes', `{"main": "${'\\'.repeat(60)}`],
    [
      'ten thousand crons',
      JSON.stringify({ triggers: { crons: Array.from({ length: 10_000 }, (_, i) => `${i}`) } }),
    ],
    ['two thousand unknown fields on one line', `{${many(2_000, (i) => `"compat_dat${i}":1,`)}"a":1}`],
    [
      'two thousand unknown fields of a section',
      `{"observability":{${many(2_000, (i) => `"enabledd${i}":1,`)}"a":1}}`,
    ],
    ['one key ten thousand times', `{${many(10_000, () => '"a":1,')}"b":1}`],
    [
      'long keys around many values',
      `{${many(60, (i) => `"${'k'.repeat(4_000)}${i}":{`)}${many(10_000, (i) => `"${i}":1,`)}"z":1${'}'.repeat(61)}`,
    ],
    ['a hundred thousand brackets', '['.repeat(100_000)],
    ['a hundred thousand syntax errors', '}{'.repeat(100_000)],
    [
      'twenty thousand environments',
      JSON.stringify({ env: Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`e${i}`, {}])) }),
    ],
  ])('%s', (_, text) => {
    let findings: readonly unknown[] = [];
    expect(cpuMs(() => ({ findings } = check(text)))).toBeLessThan(2_000);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.length).toBeLessThanOrEqual(110);
  });

  it.each([
    ['dotted keys fifty thousand deep', `${'a.'.repeat(50_000)}a=1`],
    ['ten thousand dotted keys', many(10_000, (i) => `a.b.c.d${i}=1\n`)],
    ['ten thousand tables', many(10_000, (i) => `[t${i}]\n`)],
    ['nested arrays of tables', many(10_000, () => '[[t]]\n[[t.u]]\n')],
  ])('in TOML: %s', (_, text) => {
    expect(cpuMs(() => check(text, { file: 'wrangler.toml' }))).toBeLessThan(2_000);
  });

  it('and the findings that are not shown are counted', () => {
    const { findings } = check(`{${many(2_000, (i) => `"compat_dat${i}":1,`)}"a":1}`);
    expect(findings.filter(({ code }) => code === 'unknown-field').length).toBeLessThanOrEqual(50);
    expect(findings.find(({ code }) => code === 'more-findings')?.message).toContain('1951 more findings');
  });
});
