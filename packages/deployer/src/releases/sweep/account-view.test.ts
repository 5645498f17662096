import { describe, expect, it } from 'vitest';
import { isStillLive, nextMark } from './account-view.ts';

const target = { scriptName: 'shop', deployedOn: 50_000 };
const mark = { newest: 100_000, settled: 97_000, readAt: 0 };
const times = (at?: number | null): ReadonlyMap<string, number | null> =>
  new Map(at === undefined ? [] : [['shop', at]]);

describe('whether the remembered deployment is still the last one', () => {
  it.each([
    ['the list has just that', times(50_000), true, mark, true],
    ['the list has a later one', times(60_000), true, mark, false],
    ['the list has no time of it', times(null), true, mark, false],
    ['it is older than all that could be new', times(), true, mark, true],
    ['nobody ever looked at the account', times(), true, null, false],
    ['the list broke off', times(), false, mark, false],
  ])('%s', (_what, listed, reachesBack, before, expected) => {
    expect(isStillLive(target, { times: listed, newest: 100_000, reachesBack }, before)).toBe(expected);
  });

  it('one that the list should have is not taken for untouched when it has not', () => {
    const young = { ...target, deployedOn: 98_000 };
    expect(isStillLive(young, { times: times(), newest: 100_000, reachesBack: true }, mark)).toBe(false);
  });
});

describe('how far an account was looked at', () => {
  it('a while before the newest deployment is looked at again', () => {
    expect(nextMark(null, { newest: 100_000, readAt: 7 })).toEqual({
      newest: 100_000,
      settled: 97_000,
      readAt: 7,
    });
  });

  it('until a later list shows nothing newer, and from then on', () => {
    const soon = nextMark({ ...mark, readAt: 0 }, { newest: 100_000, readAt: 1_000 });
    expect(soon.settled).toBe(97_000);
    const later = nextMark(soon, { newest: 100_000, readAt: 5_000 });
    expect(later.settled).toBe(100_000);
    expect(nextMark(later, { newest: 100_000, readAt: 5_001 }).settled).toBe(100_000);
    expect(nextMark(later, { newest: 200_000, readAt: 5_002 }).settled).toBe(197_000);
  });
});
