import { describe, expect, it } from 'vitest';
import { call, codes, testEmulator, upload } from '../../test/support/client.ts';
import type { WorkerLogEvent } from '../index.ts';
import { passesTail, readTailFilters } from './tail-filters.ts';

const line: WorkerLogEvent = {
  accountId: 'a',
  scriptName: 'x',
  versionId: 'v1',
  at: '2026-01-01T00:00:00.000Z',
  level: 'log',
  message: 'paid order 7',
};

describe('tail filters', () => {
  it.each([
    [[], true],
    [[{ query: 'order' }], true],
    [[{ query: 'refund' }], false],
    [[{ outcome: ['ok'] }], true],
    [[{ outcome: ['exception', 'exceededCpu'] }], false],
    [[{ scriptVersion: 'v1' }, { query: 'order' }], true],
    [[{ scriptVersion: 'v2' }, { query: 'order' }], false],
    [[{ sampling_rate: 0.6 }], true],
    [[{ sampling_rate: 0.4 }], false],
  ])('%j lets a line pass: %s', (filters, passes) => {
    expect(passesTail(line, readTailFilters(filters), 0.5)).toBe(passes);
  });

  it('let an exception pass by its outcome', () => {
    expect(passesTail({ ...line, level: 'exception' }, [{ outcome: ['exception'] }], 0)).toBe(true);
  });

  it('that are unknown, malformed or cannot be applied are refused', async () => {
    const emulator = await testEmulator();
    const tails = '/accounts/:account/workers/scripts/x/tails';
    await call(emulator, 'PUT', '/accounts/:account/workers/scripts/x', upload());
    const refused = async (filters: unknown): Promise<number[]> =>
      codes(await call(emulator, 'POST', tails, { filters }));
    expect(await refused([{ method: ['GET'] }])).toEqual([90501]);
    expect(await refused([{ colour: 'red' }])).toEqual([90400]);
    expect(await refused([{ sampling_rate: 2 }])).toEqual([10021]);
    expect(await refused('all')).toEqual([10021]);
    await emulator.close();
  });
});
