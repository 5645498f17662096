import type { AwakeScript, DataNeeds } from '../plan/plan-instance.ts';
import { refKey } from '../plan/worker-name.ts';
import type { ScriptRef } from '../plan/worker-name.ts';

/** What one use of a process needs to be there. */
export type Need =
  | { kind: 'worker'; ref: ScriptRef; versionId: string; preview: boolean }
  | { kind: 'kv' | 'd1' | 'r2'; id: string };

/** What a process keeps ready, the most recently used last. */
export interface Awake {
  touch(need: Need): void;
  scripts(): AwakeScript[];
  data(): DataNeeds;
  clear(): void;
}

/**
 * @param maxScripts Scripts kept; the one unused for longest goes first, but none that was used a moment ago: whoever asks
 * many in turns would have the process start for each. Data is kept by the same measure.
 * @param now Milliseconds of a monotonic clock.
 */
export function createAwake(maxScripts: number, now: () => number = () => performance.now()): Awake {
  const scripts = new Map<string, { ref: ScriptRef; previews: Set<string>; usedAt: number }>();
  const data = { kv: new Set<string>(), d1: new Set<string>(), r2: new Set<string>() };

  return {
    touch: (need) => {
      if (need.kind === 'worker') {
        const key = refKey(need.ref);
        const { previews = new Set<string>() } = scripts.get(key) ?? {};
        scripts.delete(key);
        scripts.set(key, { ref: need.ref, previews, usedAt: now() });
        if (need.preview) moveToEnd(previews, need.versionId, MAX_PREVIEWS);
        for (const [oldest, { usedAt }] of scripts) {
          const recent = scripts.size <= MAX_RECENT && now() - usedAt < RECENT_MS;
          if (scripts.size <= maxScripts || recent) break;
          scripts.delete(oldest);
        }
      } else {
        moveToEnd(data[need.kind], need.id, MAX_DATA);
      }
    },
    scripts: () => [...scripts.values()].map(({ ref, previews }) => ({ ...ref, previews: [...previews] })),
    data: () => ({ kv: [...data.kv].toSorted(), d1: [...data.d1].toSorted(), r2: [...data.r2].toSorted() }),
    clear: () => {
      scripts.clear();
      for (const ids of Object.values(data)) ids.clear();
    },
  };
}

/** Preview versions of one script that run at the same time. */
const MAX_PREVIEWS = 4;
/** A script used within so many milliseconds stays. */
const RECENT_MS = 1_500;
/** So many at most: each makes a start longer. */
export const MAX_RECENT = 32;
/** Resources of one kind the API holds open at the same time. */
const MAX_DATA = 64;

function moveToEnd(set: Set<string>, value: string, max: number): void {
  set.delete(value);
  set.add(value);
  const [oldest] = set;
  if (set.size > max && oldest !== undefined) set.delete(oldest);
}
