import { expect, it } from 'vitest';
import { check, lines } from './support.ts';

it('the flag "experimental" is refused: Cloudflare takes it from its own accounts only', () => {
  const { findings, worker } = check({ compatibility_flags: ['nodejs_compat', 'experimental'] });
  expect(worker).toBeNull();
  expect(lines(findings)).toEqual(['error compatibility-flag compatibility_flags[1]']);
  expect(findings[0]?.hint).not.toContain('--experimental');
});

it('`dev` of an unsafe binding is said to be left out', () => {
  const binding = { name: 'X', type: 'future_kind', id: '1', dev: { plugin: { package: 'p', name: 'n' } } };
  const { findings, worker } = check({ unsafe: { bindings: [binding, { name: 'Y', type: 'other_kind' }] } });
  expect(lines(findings)).toContain('info local-only unsafe.bindings[0].dev');
  expect(lines(findings)).not.toContain('info local-only unsafe.bindings[1].dev');
  expect(worker?.bindings).toContainEqual({ name: 'X', type: 'future_kind', id: '1' });
});
