import { expect, test } from 'vitest';
import { makeAbsent, makeLive } from '../../../test/support/live.ts';
import { makeWorker } from '../../../test/support/worker.ts';
import type { LiveWorker } from '../live.ts';
import { migrations } from './migrations.ts';

const worker = makeWorker({
  migrations: [
    { tag: 'v1', new_classes: ['Room', 'Hall'] },
    { tag: 'v2', new_sqlite_classes: ['Desk'] },
    { tag: 'v3', deleted_classes: ['Room'] },
  ],
});

const told = (live: LiveWorker) =>
  migrations.consequence?.(
    { key: null, field: null, desired: 'v3', actual: null },
    { worker, live, takeOver: false },
  );

test('migrations of a first deploy find nothing that they could take away', () => {
  expect(told(makeAbsent())).toBeNull();
});

test('a migration cannot be undone, and takes away what it deletes', () => {
  const at = (tag: string) => told(makeLive(worker, { migrations: tag }));
  expect(at('v2')).toMatchObject({ destructive: true, irreversible: true });
  expect(at('v2')?.words).toContain('v3 deletes Room with all objects');
  expect(at('v3')).toBeNull();
  const kept = makeWorker({ migrations: worker.migrations.slice(0, 2) });
  const later = migrations.consequence?.(
    { key: null, field: null, desired: 'v2', actual: 'v1' },
    { worker: kept, live: makeLive(kept, { migrations: 'v1' }), takeOver: false },
  );
  expect(later).toEqual({
    destructive: false,
    irreversible: true,
    words: 'Durable Object migration v2 cannot be undone',
  });
});
