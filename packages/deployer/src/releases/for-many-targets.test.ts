import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { driftCommand, type DriftResult } from '../commands/drift.ts';
import { NO_MEMORY } from '../sections/live-memory.ts';
import { createRedactor } from '../security/redact.ts';
import type { DeployEvent } from '../session/events.ts';
import { shareStore } from '../session/open-store.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import type { World } from '../session/world.ts';
import { forMany, type FleetOptions, type ManyCommand } from './for-many.ts';
import type { CommandTarget } from './selection/fleet-target.ts';
import type { Selection } from './selection/selection.ts';

const TENANTS = ['a', 'b', 'c', 'd', 'e', 'f'];

/** A command over six tenants whose work takes its turns; `fails` throws. */
async function many(
  selection: Selection & FleetOptions,
  fields: Partial<ManyCommand<DriftResult>> = {},
  withStore = false,
) {
  const rootDir = mkdtempSync(join(tmpdir(), 'for-many-'));
  for (const tenant of TENANTS) {
    mkdirSync(join(rootDir, 'tenants', tenant), { recursive: true });
    writeFileSync(join(rootDir, 'tenants', tenant, 'wrangler.json'), '{}');
  }
  const storeFile = join(rootDir, 'releases.db');
  if (withStore) writeFileSync(storeFile, '');
  const events: DeployEvent[] = [];
  let clock = 10;
  const world = {
    rootDir,
    storeFile,
    store: shareStore(storeFile),
    now: () => (clock += 5),
    emit: (event: DeployEvent) => void events.push(event),
    onCall: () => undefined,
    records: { forMany: () => null },
    redactor: createRedactor(),
  } as unknown as World;
  const seen = { targets: [] as CommandTarget[], memories: [] as unknown[], highest: 0 };
  let running = 0;
  const fleet = await forMany<DriftResult>(world, selection, {
    ...driftCommand,
    work: async (target, place) => {
      seen.targets.push(target);
      seen.memories.push(
        place.memory({ worker: { dispatchNamespace: 'n' } } as unknown as TenantContext) === NO_MEMORY,
      );
      place.world.onCall({} as never);
      running += 1;
      seen.highest = Math.max(seen.highest, running);
      for (let turn = 0; turn < 9; turn += 1) await Promise.resolve();
      running -= 1;
      if (target.tenant === 'b') throw new Error('broken');
      return {
        ...driftCommand.failed({ ...target, worker: null, environment: null, error: null as never }),
        outcome: 'clean',
      } as unknown as DriftResult;
    },
    ...fields,
  });
  return { fleet, events, ...seen };
}

test.each([false, true])(
  'results keep the order, and failures are theirs (with a store: %s)',
  async (withStore) => {
    const { fleet, targets, memories, highest } = await many({}, {}, withStore);
    expect(fleet).toEqual({
      environment: null,
      findings: [],
      results: TENANTS.map((tenant) => expect.objectContaining({ tenant }) as object),
      summary: { clean: 5, failed: 1 },
      durationMs: 5,
      record: null,
      calls: 6,
    });
    expect(fleet.results[1]).toMatchObject({ outcome: 'unknown', error: { code: 'INTERNAL' } });
    expect(targets).toEqual(TENANTS.map((tenant) => ({ tenant })));
    expect(memories).toEqual(TENANTS.map(() => true));
    expect(highest).toBe(4);
  },
);

test('so many at once as are asked for, where it is asked for', async () => {
  const { fleet, targets, highest, events } = await many({ parallel: 2, env: 'x', only: ['a', 'c', 'd'] });
  expect([highest, fleet.environment]).toEqual([2, 'x']);
  expect(targets[0]).toEqual({ tenant: 'a', env: 'x' });
  expect(events[0]).toEqual({ type: 'tenant-started', tenant: 'a', environment: 'x' });
});

test('a command may take them in an order of its own, and is told what their files come to', async () => {
  const looked: string[] = [];
  const { targets } = await many(
    { parallel: 1 },
    {
      order: (members) => members.toReversed(),
      look: async ({ tenant }) => {
        looked.push(tenant);
        return { worker: null, findings: [], environments: [] } as never;
      },
    },
  );
  expect(targets.map(({ tenant }) => tenant)).toEqual(TENANTS.toReversed());
  expect(looked).toEqual(TENANTS);
  const unasked = await many({}, { look: () => Promise.reject(new Error('nobody asked')) });
  expect(unasked.targets).toHaveLength(6);
});
