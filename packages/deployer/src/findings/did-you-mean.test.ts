import { describe, expect, it } from 'vitest';
import { didYouMean } from './did-you-mean.ts';

describe('did you mean', () => {
  const known = ['compatibility_date', 'kv_namespaces', 'main', 'r2_buckets', 'observability'];

  it.each([
    ['kv_namespace', 'kv_namespaces'],
    ['kvNamespaces', 'kv_namespaces'],
    ['kv-namespaces', 'kv_namespaces'],
    ['compat_date', 'compatibility_date'],
    ['compatability_date', 'compatibility_date'],
    ['observabilty', 'observability'],
    ['mian', 'main'],
    ['banana', null],
    ['x'.repeat(1000), null],
  ])('%s → %s', (written, meant) => {
    expect(didYouMean(written, known)).toBe(meant);
  });
});
