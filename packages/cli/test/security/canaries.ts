/** Values planted where tokens and secrets come from; none may be seen anywhere else. */
export const CANARIES = {
  token: 'cnr1-Token_Zx81qLw09/PmVt+47==',
  otherTenantsToken: 'cnr2-Other_Token_Qw62hJ55sDfG',
  sharedToken: 'cnr3-Shared_Token_Lk90mN31bVcX',
  ownVariable: 'cnr4 "own" & <var> \'7\' é/7Yh2',
  allowedVariable: 'cnr5?aLw=Vr2b9W&x=8uJ3#k1Lm/0',
  fileSecret: 'cnr6-file-secret-Tg55rFv44eDc',
  apiKey: 'cnr7-api-key-Nb88hYu77jKi',
  environmentFile: 'cnr8-env-file-Po09iUy87tRe',
  github: 'cnr9-github-Mn76bVc54xZl',
  typed: 'cnr0-typed-in-Ws23eDr45tFg',
  pem: [
    `-----BEGIN ${'PRIVATE'} KEY-----`,
    'MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSi',
    'AgEAAoIBAQDJ7qLm4w3xTz8cVbNy6uHgRfEdWsQa',
    `-----END ${'PRIVATE'} KEY-----`,
  ].join('\n'),
} as const;

const html = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** Ways to write a value down, by name. Made here, not taken from the library: what looks must not be what hides. */
export const WRITINGS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  JSON: (text) => JSON.stringify(text).slice(1, -1),
  'double JSON': (text) => JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1),
  URL: (text) => encodeURIComponent(text),
  form: (text) => new URLSearchParams({ a: text }).toString().slice(2),
  HTML: html,
  hex: (text) => Buffer.from(text).toString('hex'),
  base64: (text) => Buffer.from(text).toString('base64'),
  'base64 behind one byte': (text) => Buffer.from(`:${text}`).toString('base64').slice(2),
  'base64 behind two bytes': (text) => Buffer.from(`::${text}`).toString('base64').slice(3),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'an escape for every character': (text) =>
    text.replaceAll(/[^]/g, (char) => String.raw`\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'URL, every octet': (text) => Buffer.from(text).toString('hex').replaceAll(/../g, '%$&'),
  'URL twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'HTML by number': (text) => text.replaceAll(/[^]/g, (char) => `&#${char.charCodeAt(0)};`),
  'hex with colons': (text) =>
    Buffer.from(text)
      .toString('hex')
      .replaceAll(/..(?=.)/g, '$&:'),
  'UTF-16 in hex': (text) => Buffer.from(text, 'utf16le').toString('hex'),
  'UTF-16 in base64': (text) => Buffer.from(text, 'utf16le').toString('base64'),
};

/** Pieces that say nothing: the fences of a key, separators in HTML and URLs. */
const FENCES = `-----BEGIN ${'PRIVATE'} KEY----- -----END ${'PRIVATE'} KEY-----`;
const ORDINARY = /----|\n|%0A|^(?:&\w+;|[&\s])+$/;
/** So many characters of a canary, in any writing, are a leak: a cut value is found as well. */
const PIECE = 8;

/** Every piece of every writing of every canary, and whose it is. */
const PIECES = new Map<string, string>(
  Object.entries(CANARIES).flatMap(([name, canary]) =>
    Object.entries(WRITINGS).flatMap(([writing, write]) => {
      // The last characters of Base64 hang on what follows.
      const written = writing.startsWith('base64') ? write(canary).replace(/.{0,2}=*$/, '') : write(canary);
      return piecesOf(written).map((piece) => [piece, `${name} as ${writing}: ${piece}`] as const);
    }),
  ),
);

/** Tells of most places of a text that none of the pieces begins there, without taking the text apart. */
const BEGINNINGS = new Uint8Array(1 << 16);
const beginningAt = (text: string, at: number): number =>
  (text.charCodeAt(at) * 31 + text.charCodeAt(at + 3) * 1_021 + text.charCodeAt(at + PIECE - 1) * 8_191) &
  0xffff;
for (const piece of PIECES.keys()) BEGINNINGS[beginningAt(piece, 0)] = 1;

/** What of the canaries is in a text, by name and writing; nothing is what is wanted. */
export function leaksIn(text: string): readonly string[] {
  const found = new Set<string>();
  for (let at = 0; at + PIECE <= text.length; at += 1) {
    if (BEGINNINGS[beginningAt(text, at)] === 0) continue;
    const leak = PIECES.get(text.slice(at, at + PIECE));
    if (leak !== undefined) found.add(leak);
  }
  return [...found];
}

function piecesOf(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - PIECE + 1) }, (_, at) =>
    text.slice(at, at + PIECE),
  ).filter((piece) => !ORDINARY.test(piece) && !FENCES.includes(piece));
}

/**
 * All canaries in all writings, as whoever wants to see them in our output would answer.
 * @param options `typed`: also the one that only `secrets put` is told of
 */
export function everyWriting({ typed = false } = {}): string {
  return Object.entries(CANARIES)
    .filter(([name]) => typed || name !== 'typed')
    .flatMap(([, canary]) => Object.values(WRITINGS).map((write) => write(canary)))
    .join(' ');
}
