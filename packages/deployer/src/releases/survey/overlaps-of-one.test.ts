import { expect, test } from 'vitest';
import type { DeployEvent } from '../../session/events.ts';
import type { CommandScope, World } from '../../session/world.ts';
import { overlapsOfOne, refuseOverlaps } from './overlaps-of-one.ts';

const TARGET = { tenant: 't1', env: 'production', worker: undefined, dispatchNamespace: undefined };
const many = {
  tenants: async () => ({ ids: async () => Array.from({ length: 1_001 }, String) }),
} as unknown as CommandScope;

test('that others were not looked at, because they are too many, is said and no error', async () => {
  const events: DeployEvent[] = [];
  const world = { emit: (event: DeployEvent) => void events.push(event) } as unknown as World;
  expect(await overlapsOfOne(world, many, TARGET)).toMatchObject([
    {
      severity: 'info',
      code: 'overlaps-not-checked',
      message:
        'Whether another tenant takes the same names, routes or data was not looked at: the project has 1001 tenants.',
      hint: 'cf-deploy validate --all looks at all of them.',
    },
  ]);
  await refuseOverlaps(world, many, TARGET);
  expect(events).toMatchObject([
    { type: 'notice', tenant: 't1', message: expect.stringContaining('validate --all') as string },
  ]);
});
