import { expect, test } from 'vitest';
import { makeWorker } from '../../test/support/worker.ts';
import { createResolvedWorkers } from './resolved-workers.ts';

test('a Worker that was resolved is found again by the same names, as it was', () => {
  const known = createResolvedWorkers();
  const worker = makeWorker({ tenant: 'acme', labels: { tier: 'free' } });
  known.keep({ tenant: 'acme', env: 'staging', worker: 'api' }, { worker, environments: ['staging'] });
  expect(known.find({ tenant: 'acme', env: 'staging', worker: 'api' })).toEqual({
    worker: { ...worker, origins: {} },
    environments: ['staging'],
  });
  expect(known.find({ tenant: 'acme', env: 'staging', worker: 'web' })).toBeUndefined();
  expect(known.find({ tenant: 'acme', worker: 'api' })).toBeUndefined();
  expect(
    known.find({ tenant: 'acme', env: 'staging', worker: 'api', dispatchNamespace: 'customers' }),
  ).toBeUndefined();
});

test('however many there are, all are found, and where their values are from is not made for it', () => {
  const known = createResolvedWorkers();
  let made = 0;
  const worker = makeWorker();
  Object.defineProperty(worker, 'origins', { enumerable: true, get: () => (made += 1) });
  for (let index = 0; index < 10_000; index += 1)
    known.keep({ tenant: `t${index}` }, { worker, environments: [] });
  expect(known.find({ tenant: 't0' })?.worker.scriptName).toBe(worker.scriptName);
  expect(known.find({ tenant: 't9999' })?.worker.scriptName).toBe(worker.scriptName);
  expect(made).toBe(0);
});
