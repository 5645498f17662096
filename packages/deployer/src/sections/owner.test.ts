import { expect, test } from 'vitest';
import { messageWithMarker, ownerName } from './marker.ts';
import { isForeign, refuseOtherTenant, type OwnedBy } from './owner.ts';

const owned = (tenant: string, environment: string | null = null, worker: string | null = null): OwnedBy => ({
  tenant,
  environment,
  worker,
});
const said = (owner: OwnedBy) => ({
  'workers/message': messageWithMarker(undefined, { of: ownerName(owner) }),
});

test.each([
  ['itself', owned('acme', 'staging'), owned('acme', 'staging'), false],
  ['another name of its environment', owned('acme', 'prod'), owned('acme', 'production'), false],
  ['another environment', owned('acme', 'staging'), owned('acme', 'production'), true],
  ['its top level', owned('acme', 'staging'), owned('acme'), true],
  ['another Worker of it', owned('acme', null, 'api'), owned('acme', null, 'web'), true],
  ['another tenant', owned('acme'), owned('beta'), true],
])('a Worker that was deployed as %s', (_whose, target, owner, foreign) => {
  expect(isForeign(target, said(owner)) !== null).toBe(foreign);
});

test('only another tenant keeps a rollback or a secret from it, and one that says nothing does not', () => {
  const acme = { tenant: 'acme', scriptName: 'shop' };
  expect(() => refuseOtherTenant(acme, said(owned('beta', 'staging')))).toThrow('deployed as beta (staging)');
  for (const annotations of [
    {},
    said(owned('acme', 'staging', 'api')),
    { 'workers/message': '[cf-deploy run=x]' },
  ])
    expect(() => refuseOtherTenant(acme, annotations)).not.toThrow();
});
