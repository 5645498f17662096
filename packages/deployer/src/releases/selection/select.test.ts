import { expect, test } from 'vitest';
import { nothingLeft, selectTenants } from './select.ts';

const TENANTS = ['acme', 'acme-eu', 'beta'];

test.each([
  [{}, TENANTS],
  [{ only: ['beta'] }, ['beta']],
  [{ only: ['acme*'] }, ['acme', 'acme-eu']],
  [{ exclude: ['acme'] }, ['acme-eu', 'beta']],
  [{ only: ['beta', 'acme'], exclude: ['b?ta'] }, ['acme']],
])('%j selects %j', (selection, expected) => {
  expect(selectTenants(TENANTS, selection)).toEqual(expected);
});

test('a name that matches nothing is an error with a suggestion, also when it is excluded', () => {
  expect(() => selectTenants(TENANTS, { only: ['acne'] })).toThrow(
    expect.objectContaining({ code: 'TENANT_UNKNOWN', hint: 'Did you mean "acme"?' }) as Error,
  );
  expect(() => selectTenants(TENANTS, { exclude: ['gamma'] })).toThrow('No tenant matches "gamma"');
});

test('a selection that leaves nobody is an error', () => {
  expect(() => selectTenants(TENANTS, { exclude: ['*'] })).toThrow('leaves no tenant');
});

test('patterns are not regular expressions', () => {
  expect(() => selectTenants(TENANTS, { only: ['a.me'] })).toThrow('No tenant matches');
});

test('what is left out is named, twenty at most', () => {
  const many = Array.from({ length: 22 }, (_, index) => `t${index}`);
  const first = many.slice(0, 20).join(', ');
  expect(nothingLeft([])).toMatchObject({ code: 'USAGE', hint: 'Tenants are: (none).' });
  expect(nothingLeft(many.slice(0, 20)).hint).toBe(`Tenants are: ${first}.`);
  expect(nothingLeft(many).hint).toBe(`Tenants are: ${first} and 2 more.`);
});

test('a name that is like no other names them all', () => {
  expect(() => selectTenants(TENANTS, { only: ['zzzzzzzz'] })).toThrow(
    expect.objectContaining({ hint: 'Tenants are: acme, acme-eu, beta.' }) as Error,
  );
});
