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

/** @param maxScripts Scripts kept; the one unused for longest goes first. Data is kept by the same measure. */
export function createAwake(maxScripts: number): Awake {
  const scripts = new Map<string, { ref: ScriptRef; previews: Set<string> }>();
  const data = { kv: new Set<string>(), d1: new Set<string>(), r2: new Set<string>() };

  return {
    touch: (need) => {
      if (need.kind === 'worker') {
        const key = refKey(need.ref);
        const entry = scripts.get(key) ?? { ref: need.ref, previews: new Set() };
        scripts.delete(key);
        scripts.set(key, entry);
        if (need.preview) moveToEnd(entry.previews, need.versionId, MAX_PREVIEWS);
        forgetOldest(scripts, maxScripts);
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
/** Resources of one kind the API holds open at the same time. */
const MAX_DATA = 64;

function moveToEnd(set: Set<string>, value: string, max: number): void {
  set.delete(value);
  set.add(value);
  const [oldest] = set;
  if (set.size > max && oldest !== undefined) set.delete(oldest);
}

function forgetOldest<V>(map: Map<string, V>, max: number): void {
  const [oldest] = map.keys();
  if (map.size > max && oldest !== undefined) map.delete(oldest);
}
