import { expect, test } from 'vitest';
import type { Release, ReleaseTarget, TargetState } from '../store/release.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import { scriptOf, waiting } from './first-uploads.ts';
import { judgeWave } from './judge-wave.ts';
import type { FleetMember } from './selection/fleet-target.ts';

const member = (target: string, script: string | null): FleetMember =>
  ({
    target,
    tenant: target,
    worker: null,
    errors: [],
    facts: script === null ? null : { script },
  }) as FleetMember;
const target = (name: string, state: TargetState) =>
  ({ target: name, wave: 0, state, versionId: 'v2', previousVersionId: 'v1' }) as ReleaseTarget;

test.each<[string, readonly ReleaseTarget[], readonly FleetMember[], object]>([
  [
    'nothing changed',
    [target('a', 'failed')],
    [member('a', 'x a')],
    { kind: 'go-on', message: 'nothing changed' },
  ],
  [
    'nobody knows where what changed is',
    [target('a', 'done'), target('b', 'waiting')],
    [member('a', null), member('b', 'x b')],
    { kind: 'go-on', message: 'nothing changed' },
  ],
  [
    'the name of what changed is not known',
    [target('a', 'done')],
    [member('a', 'x')],
    { kind: 'go-on', message: 'nothing changed' },
  ],
  [
    'nobody waits',
    [target('a', 'done')],
    [member('a', 'x a')],
    { kind: 'pause', why: 'no target that still waits could be compared with' },
  ],
  [
    'nobody knows where who waits is',
    [target('a', 'done'), target('b', 'waiting')],
    [member('a', 'x a')],
    { kind: 'pause', why: 'no target that still waits could be compared with' },
  ],
])('a wave of which %s is judged without a call', async (_what, targets, members, verdict) => {
  const store = { targets: () => targets } as unknown as ReleaseStore;
  const unused = {} as never;
  const watch = { bakeMs: 1, isStopped: () => false };
  expect(
    await judgeWave({ id: 'r1' } as Release, 0, { world: unused, scope: unused, store, members, watch }),
  ).toEqual(verdict);
});

test('the name of a script is the second word of its key', () => {
  expect([scriptOf(member('a', 'x a')), scriptOf(member('a', 'x n/a')), scriptOf(member('a', null))]).toEqual(
    ['a', 'n/a', ''],
  );
});

test('a first upload does without the services of all others that are known', () => {
  const own = member('a', 'x a');
  const needs = [
    { item: member('b', 'x b'), soft: true },
    { item: member('c', 'x c'), soft: false },
    { item: member('d', null), soft: true },
    { item: own, soft: true },
  ];
  expect(waiting(own, needs)).toEqual(['b']);
});
