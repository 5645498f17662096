import { expect, it } from 'vitest';
import { driftCommand } from '../commands/drift.ts';
import { createRedactor } from '../security/redact.ts';
import { Secret } from '../security/secret.ts';
import type { DeployEvent } from '../session/events.ts';
import { oneOfMany } from './for-many.ts';

it('makes what a target throws its result, without secrets, and says that it failed', async () => {
  const events: DeployEvent[] = [];
  const redactor = createRedactor();
  redactor.add(new Secret('sesame-open-4711'));
  const world = { redactor, emit: (event: DeployEvent) => void events.push(event) };
  const result = await oneOfMany(world, driftCommand, {
    tenant: 'acme',
    worker: 'api',
    environment: 'staging',
    work: () => Promise.reject(new TypeError('it said sesame-open-4711')),
  });
  expect(result).toMatchObject({ tenant: 'acme', worker: 'api', environment: 'staging', outcome: 'unknown' });
  expect(result.error?.code).toBe('INTERNAL');
  expect(JSON.stringify([result, events])).not.toContain('sesame');
  expect(events).toEqual([
    { type: 'tenant-started', tenant: 'acme', environment: 'staging' },
    { type: 'tenant-finished', tenant: 'acme', status: 'failed' },
  ]);
});
