import { describe, expect, it } from 'vitest';
import { looksLikeSecretVariable, maskSecrets } from './secret-fields.ts';

// Put together here, so that no scanner takes this file for a leak.
const KEY = ['sk', 'live', '0123456789abcdefghijkl'].join('_');

describe('a variable that looks like a secret', () => {
  it.each([
    ['ANYTHING', KEY],
    ['ANYTHING', `-----BEGIN RSA ${'PRIVATE'} KEY-----`],
    ['DATABASE_URL', 'postgres://me:hunter22@db.example.com/app'],
    ['STRIPE_API_KEY', 'abcdefghijklmnop0123'],
    ['SESSION_SECRET', 'abcdefghijklmnop0123'],
  ])('%s is one by name or form', (name, value) => {
    expect(looksLikeSecretVariable(name, value)).toBe(true);
  });

  it.each([
    ['STAGE', 'production'],
    ['API_KEY_HEADER', 'x-api-key-of-some-length'],
    ['TOKEN_BUDGET', 200_000],
    ['API_KEY', 'unset'],
    ['PUBLIC_URL', 'https://example.com/a//b'],
    ['MAX_TOKENS', '4096'],
  ])('%s is none', (name, value) => {
    expect(looksLikeSecretVariable(name, value)).toBe(false);
  });

  it('is masked in a line of the file, in JSON and in TOML', () => {
    expect(maskSecrets(`  "API_KEY": "${KEY}", "A": "b"`)).toBe('  "API_KEY": "***", "A": "b"');
    expect(maskSecrets(`API_TOKEN = 'abcdefghijklmnop0123'`)).toBe(`API_TOKEN = '***'`);
    expect(maskSecrets(`// old: ${KEY}`)).toBe('// old: ***');
  });
});
