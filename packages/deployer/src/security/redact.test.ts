import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createRedactor } from './redact.ts';
import { formsOf } from './secret-forms.ts';
import { Secret } from './secret.ts';
import { cpuMs } from '../../test/support/cpu-ms.ts';

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

test('the same where there are so many secrets that all are looked for at once', () => {
  const redactor = createRedactor();
  for (let index = 0; index < 200; index += 1) redactor.add(new Secret(`planted-${index}-secret-value`));
  expect(redactor.holds('a planted-177-secret-value b')).toBe(true);
  expect(redactor.holds(Buffer.from('x planted-3-secret-value y').toString('base64'))).toBe(true);
  expect(redactor.holds('a planted-177-secret-valu b')).toBe(false);
  expect(redactor.holds('nothing of it')).toBe(false);
});

test('a text holds a secret when it stands there whole, in any of its forms; a token of nobody is none', () => {
  const redactor = createRedactor([new Secret('planted "value" 123')]);
  expect(redactor.holds('a planted "value" 123 b')).toBe(true);
  expect(redactor.holds(JSON.stringify({ a: 'planted "value" 123' }))).toBe(true);
  expect(redactor.holds(Buffer.from('x planted "value" 123 y').toString('base64'))).toBe(true);
  expect(redactor.holds('fetch(url, { headers: { authorization: "Bearer 0123456789" } })')).toBe(false);
});

test('a text that was harmless is so no more once what is in it is known for a secret', () => {
  const redactor = createRedactor();
  const said = `a ${VALUE} b`;
  expect([redactor.text(said), redactor.text(said)]).toEqual([said, said]);
  redactor.add(new Secret(VALUE));
  expect([redactor.text(said), redactor.text(said)]).toEqual(['a *** b', 'a *** b']);
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

describe('a planted value does not survive', () => {
  const SECRETS = {
    token: 'aB3-planted_9876543210/zYxWvU+tail==',
    letters: 'plantedsecretwithoutanydigit',
    sentence: 'p@ss "word" & <more>/\'0123\' é',
    pem: `-----BEGIN ${'PRIVATE'} KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n-----END ${'PRIVATE'} KEY-----\n`,
  };
  const FENCE = `-----BEGIN ${'PRIVATE'} KEY-----`;
  const html = (text: string, quote: string): string =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', quote)
      .replaceAll("'", '&#39;');
  const WRITINGS: Readonly<Record<string, (text: string) => string>> = {
    plain: (text) => text,
    JSON: (text) => JSON.stringify({ text }),
    'double JSON': (text) => JSON.stringify(JSON.stringify({ text })),
    'a URL': (text) => `?a=${encodeURIComponent(text)}&b`,
    'a URL in small letters': (text) =>
      encodeURIComponent(text).replaceAll(/%../g, (code) => code.toLowerCase()),
    'a form': (text) => new URLSearchParams({ text, b: '1' }).toString(),
    HTML: (text) => `<p>${html(text, '&quot;')}</p>`,
    'HTML by number': (text) => html(text, '&#34;'),
    hex: (text) => `0x${Buffer.from(text).toString('hex')}`,
    HEX: (text) => Buffer.from(text).toString('hex').toUpperCase(),
    base64: (text) => Buffer.from(text).toString('base64'),
    'base64 behind one byte': (text) => Buffer.from(`u${text}:p`).toString('base64'),
    'base64 behind two bytes': (text) => Buffer.from(`u:${text}`).toString('base64'),
    'an escape for every character': (text) => escaped(text),
    'escapes in capitals, twice': (text) =>
      JSON.stringify(escaped(text.toUpperCase()).replaceAll(/[a-f]/g, (digit) => digit.toUpperCase())),
    'an escape for what is no letter': (text) => text.replaceAll(/[^A-Za-z0-9]+/g, escaped),
    'octets of a URL': (text) => octets(text).join('%'),
    'octets of a URL, twice': (text) => octets(text).join('%25'),
    'octets of JavaScript': (text) => octets(text).join(String.raw`\x`),
    'a URL in a URL in a URL': (text) => encodeURIComponent(encodeURIComponent(encodeURIComponent(text))),
    'HTML, every character by number': (text) =>
      text.replaceAll(/[^]/g, (char) => `&#${char.charCodeAt(0)};`),
    'hex with colons': (text) => octets(text).join(':'),
    'what Node prints of a buffer': (text) => `<Buffer ${octets(text).join(' ')}>`,
    'a buffer as JSON': (text) => JSON.stringify(Buffer.from(text)).replace(/.*\[/, ''),
    'UTF-16 as it is': (text) => Buffer.from(text, 'utf16le').toString('latin1'),
    'UTF-16 in hex': (text) => Buffer.from(text, 'utf16le').toString('hex'),
    'UTF-16 in Base64': (text) => Buffer.from(text, 'utf16le').toString('base64'),
    'UTF-16 in Base64 behind one character': (text) => Buffer.from(`:${text}`, 'utf16le').toString('base64'),
    'UTF-16 in Base64 behind two characters': (text) =>
      Buffer.from(`u:${text}`, 'utf16le').toString('base64'),
    'UTF-16 from its other end in Base64': (text) => Buffer.from(text, 'utf16le').swap16().toString('base64'),
    'lines of ten characters': (text) => text.replaceAll(/.{10}/g, '$&\n    '),
    'coloured in the middle': (text) => text.replaceAll(/.{5}/g, '$&\u001b[1m'),
    'JSON in Base64': (text) => Buffer.from(JSON.stringify({ text })).toString('base64'),
    'the name of a host': (text) => text.toLowerCase(),
    base64url: (text) => Buffer.from(`u:${text}`).toString('base64url'),
  };
  const pieces: Readonly<Record<string, Set<string>>> = Object.fromEntries(
    Object.entries(SECRETS).map(([kind, secret]) => [
      kind,
      new Set(secretPieces(secret).filter((piece) => !/-----|KEY/.test(piece) && !FENCE.includes(piece))),
    ]),
  );
  const cases = Object.entries(SECRETS).flatMap(([kind, secret]) =>
    Object.entries(WRITINGS).map(([how, write]) => [kind, how, secret, write] as const),
  );

  test.each(cases)('%s as %s, in front, behind and twice', (kind, _how, secret, write) => {
    const { text } = createRedactor([new Secret(secret)]);
    const written = write(secret);
    const clean = text(`${written} between ${written}`);
    expect(clean).toContain('***');
    const around = piecesOf(write(''));
    const left = [...piecesOf(clean)].filter((piece) => pieces[kind]?.has(piece) && !around.has(piece));
    expect(left).toEqual([]);
  });

  test('cut at any place, from either side, as long as twelve characters are left', () => {
    const { token } = SECRETS;
    const { text } = createRedactor([new Secret(token)]);
    for (let cut = 12; cut <= token.length; cut += 1) {
      expect(text(`the key ${token.slice(0, cut)}…`)).toBe('the key ***…');
      expect(text(`…${token.slice(-cut)} is wrong`)).toBe('…*** is wrong');
    }
  });

  test('one line of a key of many lines', () => {
    const { text } = createRedactor([new Secret(SECRETS.pem)]);
    expect(text('at BKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj')).toBe('at ***');
  });

  test('two that overlap are both hidden', () => {
    const { text } = createRedactor([new Secret('abcdefghij'), new Secret('fghijklmno')]);
    expect(text('x abcdefghijklmno y')).toBe('x *** y');
  });
});

test('words and addresses that a secret has in common with ordinary text stay', () => {
  const { text } = createRedactor([
    new Secret('postgres://service:hunter22@database.example.com/production'),
    new Secret('https://hooks.example.com/services/T000'),
  ]);
  const ordinary = 'Deploy of acme to https://hooks.example.com and database.example.com in production.';
  expect(text(ordinary)).toBe(ordinary);
});

test('the password of an address is hidden alone, as written and as meant', () => {
  const { text } = createRedactor([
    new Secret('postgres://service:Hx82%2FkQp1@database.example.com/production'),
  ]);
  expect(text('password Hx82%2FkQp1 is wrong')).toBe('password *** is wrong');
  expect(text('password Hx82/kQp1 is wrong')).toBe('password *** is wrong');
  expect(text('service at database.example.com')).toBe('service at database.example.com');
});

test('time grows with the text, not with its square, whatever the text is', () => {
  const redactor = createRedactor(
    Array.from({ length: 200 }, (_, n) => new Secret(`secret-number-${n}-${'x'.repeat(n % 50)}a1B2`)),
  );
  const time = (text: string): number => cpuMs(() => redactor.text(text));
  for (const piece of [
    'a',
    'secret-number-1',
    '//a:',
    'Bearer ',
    'CLOUDFLARE_API_TOKEN_',
    '\\',
    ' ',
    '%25',
    '\\u005c',
    '&amp;',
    '\n ',
    '63 ',
    '0x63',
    '6300',
    'AGMA',
    '\u001b[',
    '\u001b[1',
  ]) {
    time(piece.repeat(1000));
    // A square that took three seconds of twice the text.
    expect(time(piece.repeat(Math.ceil(100_000 / piece.length)))).toBeLessThan(750);
  }
});

function escaped(text: string): string {
  return text.replaceAll(/[^]/g, (char) => String.raw`\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function octets(text: string): readonly string[] {
  return ['', ...(Buffer.from(text).toString('hex').match(/../g) ?? [])];
}

/** Pieces of eight characters of every form of a value. */
function secretPieces(value: string): readonly string[] {
  const { inPieces, whole } = formsOf(value);
  return [...inPieces, ...whole].flatMap((form) => [...piecesOf(form)]);
}

function piecesOf(text: string): Set<string> {
  return new Set(Array.from({ length: Math.max(0, text.length - 7) }, (_, at) => text.slice(at, at + 8)));
}
