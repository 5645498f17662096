import { expect, test } from 'vitest';
import { selectTenants } from './select.ts';

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
