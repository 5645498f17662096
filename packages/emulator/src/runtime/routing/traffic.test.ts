import { describe, expect, it } from 'vitest';
import type { VersionDocument } from '../../store/model/scripts.ts';
import type { LiveVersion } from './live-versions.ts';
import { chooseVersion } from './traffic.ts';

const live = (...shares: [string, number][]): LiveVersion[] =>
  shares.map(([id, percentage]) => ({ version: { id } as VersionDocument, percentage }));

const choose = (
  versions: LiveVersion[],
  headers: Record<string, string> = {},
  random = 0,
): string | undefined =>
  chooseVersion({ scriptName: 'api', live: versions, headers: new Headers(headers), random: () => random })
    ?.id;

/** Numbers spread evenly from 0 to 1. */
const positions = Array.from({ length: 1_000 }, (_, at) => at / 1_000);

describe('the traffic split', () => {
  it('gives each version its share', () => {
    const counts = new Map<string | undefined, number>();
    for (const random of positions) {
      const id = choose(live(['new', 30], ['old', 70]), {}, random);
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    expect(Object.fromEntries(counts)).toEqual({ new: 300, old: 700 });
  });

  it('gives nothing to a version at 0 percent and everything to one at 100', () => {
    const ids = new Set(positions.map((random) => choose(live(['new', 0], ['old', 100]), {}, random)));
    expect([...ids]).toEqual(['old']);
  });

  it('chooses nothing when nothing is deployed', () => {
    expect(choose([])).toBeUndefined();
  });
});

describe('version overrides', () => {
  const header = 'Cloudflare-Workers-Version-Overrides';
  const versions = live(['new', 0], ['old', 100]);

  it.each([
    ['its own Worker', 'api="new"', 'new'],
    ['several Workers', 'web="x", api="new"', 'new'],
    ['another Worker', 'web="new"', 'old'],
    ['a version outside the deployment', 'api="gone"', 'old'],
    ['a token, not a string', 'api=new', 'old'],
    ['no dictionary', 'api="new', 'old'],
  ])('for %s', (_name, value, expected) => {
    expect(choose(versions, { [header]: value })).toBe(expected);
  });
});

describe('version affinity', () => {
  const keys = Array.from({ length: 500 }, (_, at) => `user-${at}`);
  const onNew = (share: number): Set<string> =>
    new Set(
      keys.filter(
        (key) =>
          choose(live(['new', share], ['old', 100 - share]), { 'Cloudflare-Workers-Version-Key': key }) ===
          'new',
      ),
    );

  it('keeps a key on one version whatever the dice say', () => {
    const headers = { 'Cloudflare-Workers-Version-Key': 'someone' };
    const ids = new Set(positions.map((random) => choose(live(['new', 50], ['old', 50]), headers, random)));
    expect(ids.size).toBe(1);
  });

  it('keeps keys on the new version as its share grows', () => {
    const [few, more, most] = [onNew(10), onNew(40), onNew(90)];
    expect([...few].every((key) => more.has(key))).toBe(true);
    expect([...more].every((key) => most.has(key))).toBe(true);
    expect(few.size).toBeGreaterThan(25);
    expect(few.size).toBeLessThan(80);
  });
});
