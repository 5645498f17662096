import type { AwakeScript, DataNeeds } from '../plan/plan-instance.ts';
import { refKey } from '../plan/worker-name.ts';
import type { ScriptRef } from '../plan/worker-name.ts';

/** What one use of a process needs to be there. */
export type Need =
  | { kind: 'worker'; ref: ScriptRef; versionId: string; preview: boolean }
  | { kind: 'kv' | 'd1' | 'r2'; id: string };

/** What a process keeps ready, the most recently used last. */
export interface Awake {
  /** It is used. */
  touch(need: Need): void;
  /** It is waited for: to be kept, whatever was used meanwhile. */
  expect(need: Need): void;
  scripts(): AwakeScript[];
  data(): DataNeeds;
  /** Whether a version was used, as far as that is still known. */
  wasUsed(versionId: string): boolean;
  clear(): void;
}

interface Entry {
  readonly ref: ScriptRef;
  readonly previews: Set<string>;
  readonly usedAt: number;
  /** Milliseconds for which the next use is expected. */
  readonly expectedFor: number;
}

/**
 * @param maxScripts Scripts kept; the one unused for longest goes first, but none that is likely to be used again in a
 * moment: whoever asks many in turns would have the process start for each. Who asked again after so long will ask again
 * after as long. Data is kept by the same measure.
 * @param now Milliseconds of a monotonic clock.
 */
export function createAwake(maxScripts: number, now: () => number = () => performance.now()): Awake {
  const scripts = new Map<string, Entry>();
  const data = { kv: new Set<string>(), d1: new Set<string>(), r2: new Set<string>() };
  const used = new Set<string>();

  const keep = (need: Need, expectedFor: (before: Entry | undefined, at: number) => number): void => {
    if (need.kind !== 'worker') return moveToEnd(data[need.kind], need.id, MAX_DATA);
    const key = refKey(need.ref);
    const before = scripts.get(key);
    const { previews = new Set<string>() } = before ?? {};
    const at = now();
    scripts.delete(key);
    scripts.set(key, { ref: need.ref, previews, usedAt: at, expectedFor: expectedFor(before, at) });
    if (need.preview) moveToEnd(previews, need.versionId, MAX_PREVIEWS);
    moveToEnd(used, need.versionId, MAX_USED);
    for (const [oldest, { usedAt, expectedFor: ms }] of scripts) {
      if (scripts.size <= maxScripts) break;
      if (scripts.size > MAX_RECENT || at - usedAt >= ms) scripts.delete(oldest);
    }
  };

  return {
    touch: (need) => keep(need, untilNext),
    expect: (need) => keep(need, () => RECENT_MS),
    scripts: () => [...scripts.values()].map(({ ref, previews }) => ({ ...ref, previews: [...previews] })),
    data: () => ({ kv: [...data.kv].toSorted(), d1: [...data.d1].toSorted(), r2: [...data.r2].toSorted() }),
    wasUsed: (versionId) => used.has(versionId),
    clear: () => {
      scripts.clear();
      for (const ids of Object.values(data)) ids.clear();
    },
  };
}

function untilNext(before: Entry | undefined, at: number): number {
  if (before === undefined) return RECENT_MS;
  return Math.min(RECENT_MS, Math.max(SOON_MS, (at - before.usedAt) * PATIENCE));
}

/** Preview versions of one script that run at the same time. */
const MAX_PREVIEWS = 4;
/** A script used within so many milliseconds stays. */
const RECENT_MS = 1_500;
/** The least of that, for one that is asked again and again without a pause. */
const SOON_MS = 100;
/** So many of the pauses it had may pass. */
const PATIENCE = 4;
/** So many scripts at most: each makes a start longer. */
export const MAX_RECENT = 64;
/** Resources of one kind the API holds open at the same time. */
const MAX_DATA = 64;
/** Versions of which it is known that they were used. */
const MAX_USED = 1_000;

function moveToEnd(set: Set<string>, value: string, max: number): void {
  set.delete(value);
  set.add(value);
  const [oldest] = set;
  if (set.size > max && oldest !== undefined) set.delete(oldest);
}
