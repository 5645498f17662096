import { describe, expect, it } from 'vitest';
import { chooseEnvironment } from './environments.ts';

describe('choosing an environment', () => {
  it.each([undefined, ''])('takes %j for the top level', (requested) => {
    expect(chooseEnvironment(requested, ['staging'])).toEqual({ kind: 'top-level' });
  });

  it.each([
    ['stg', 'staging'],
    ['preview', 'staging'],
    ['prod', 'production'],
    ['prd', 'production'],
    ['develop', 'dev'],
    ['development', 'dev'],
  ])('takes %s for %s', (requested, name) => {
    expect(chooseEnvironment(requested, ['dev', 'staging', 'production'])).toEqual({
      kind: 'named',
      name,
      aliasOf: requested,
    });
  });

  it('prefers the exact name over an alias', () => {
    expect(chooseEnvironment('stg', ['staging', 'stg'])).toEqual({
      kind: 'named',
      name: 'stg',
      aliasOf: null,
    });
  });

  it('knows no other names, however near', () => {
    expect(chooseEnvironment('Staging', ['staging'])).toEqual({ kind: 'unknown', name: 'Staging' });
    expect(chooseEnvironment('constructor', ['staging'])).toEqual({ kind: 'unknown', name: 'constructor' });
  });

  it('tells a file without environments apart', () => {
    expect(chooseEnvironment('staging', [])).toEqual({ kind: 'none-defined', name: 'staging' });
  });
});
