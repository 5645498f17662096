import { toFields } from '../canonical.ts';
import { changeKind } from '../change.ts';
import { compareEntries, type Entries } from '../compare.ts';
import { isObject, type JsonObject } from '../../json.ts';
import {
  always,
  defineSection,
  known,
  type Consequence,
  type ConsequenceInputs,
  type Difference,
} from '../section.ts';

/** Durable Object classes declared in `exports`; a Worker whose file has none does not compare them. */
export const exports = defineSection<Entries>({
  carrier: 'upload',
  desired: ({ worker }) => canonicalExports(worker.exports),
  absent: {},
  read: async (live) =>
    known(live.worker.exports === null ? {} : canonicalExports((await live.versioned())?.exports ?? null)),
  compare: compareEntries,
  owns: always,
  consequence: exportConsequence,
});

/** States in which a class is not this Worker's any more. */
const GONE = ['deleted', 'renamed', 'transferred'];

/** Declarative exports as reads show them: entries of classes that are gone, and fields only written, left out. */
export function canonicalExports(value: JsonObject | null): Entries {
  return Object.fromEntries(
    Object.entries(value ?? {}).flatMap(([name, entry]) => {
      if (!isObject(entry) || GONE.includes(String(entry['state'] ?? ''))) return [];
      const { type, storage } = entry;
      return type === 'durable-object' ? [[name, toFields({ type, storage })] as const] : [];
    }),
  );
}

function exportConsequence(difference: Difference, { worker }: ConsequenceInputs): Consequence | null {
  if (difference.key === null || changeKind(difference) !== 'removed') return null;
  const state = worker.exports?.[difference.key]?.['state'];
  if (state !== 'deleted') {
    const words = `class ${difference.key} is no longer this Worker's, which cannot be undone`;
    return { destructive: false, irreversible: true, words };
  }
  return {
    destructive: true,
    irreversible: true,
    words: `class ${difference.key} is deleted with all objects, which cannot be undone`,
  };
}
