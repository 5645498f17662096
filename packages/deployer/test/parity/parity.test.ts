import { describe, expect, it } from 'vitest';
import { DECIDED_BY_ACCOUNT, INTENDED, INTENDED_BY_ACCOUNT } from './differences.ts';
import { evaluate, recorded } from './evaluate.ts';
import { type ParityCase, readCases } from './parity-case.ts';

/** Recorded from wrangler 4.164.0: what it sends for small projects, and what it refuses. */
const cases = await readCases();
const accepted = cases.filter(
  ({ expected, name }) =>
    expected.exit === 0 &&
    !Object.hasOwn(INTENDED, name) &&
    !Object.hasOwn({ ...DECIDED_BY_ACCOUNT, ...INTENDED_BY_ACCOUNT }, name),
);
const differing = cases.filter(({ name }) => Object.hasOwn(INTENDED, name));
const rejected = cases.filter(
  ({ expected, name }) =>
    expected.exit !== 0 && !Object.hasOwn({ ...DECIDED_BY_ACCOUNT, ...INTENDED_BY_ACCOUNT }, name),
);

describe('what wrangler uploads is what we upload', () => {
  it.each(named(accepted))('%s', async (_, parityCase) => {
    const ours = await evaluate(parityCase);
    expect(ours).toEqual({ kind: 'accepted', ...recorded(parityCase) });
  });
});

describe('what wrangler rejects is rejected before sending', () => {
  it.each(named(rejected))('%s', async (_, parityCase) => {
    expect(await evaluate(parityCase)).toMatchObject({ kind: 'rejected' });
  });
});

describe('where we mean to differ, we refuse', () => {
  it.each(named(differing))('%s', async (_, parityCase) => {
    expect(await evaluate(parityCase)).toMatchObject({ kind: 'rejected' });
  });

  it('config-unknown-fields: uploads the same when unknown fields are tolerated', async () => {
    const parityCase = cases.find(({ name }) => name === 'config-unknown-fields');
    if (parityCase === undefined) throw new Error('The case is missing.');
    expect(await evaluate(parityCase, true)).toEqual({ kind: 'accepted', ...recorded(parityCase) });
  });
});

/** Cases with the title of their test. */
function named(list: readonly ParityCase[]): readonly (readonly [string, ParityCase])[] {
  return list.map((parityCase) => [`${parityCase.name}: ${parityCase.title}`, parityCase]);
}
