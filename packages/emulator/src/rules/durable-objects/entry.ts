import { finding } from './finding.ts';
import type { Finding } from './finding.ts';
import { isObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';

/** A Durable Object entry of `metadata.exports`, its form checked. */
export type ExportEntry = { name: string } & (
  | { state: 'created'; sqlite: boolean }
  | { state: 'deleted' }
  | { state: 'renamed'; to: string }
  | { state: 'transferred'; to: string }
  | { state: 'expecting-transfer'; sqlite: boolean; from: string }
);

const STATE_FIELDS = ['storage', 'renamed_to', 'transferred_to', 'transfer_from'];
/** Which of them each state must have; the others it must not have. */
const REQUIRED: Record<ExportEntry['state'], readonly string[]> = {
  created: ['storage'],
  deleted: [],
  renamed: ['renamed_to'],
  transferred: ['transferred_to'],
  'expecting-transfer': ['storage', 'transfer_from'],
};
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** The Durable Object entries of an exports map, and an `invalid_export` for each one of the wrong form. */
export function readEntries(exports: JsonObject): { entries: ExportEntry[]; problems: Finding[] } {
  const entries: ExportEntry[] = [];
  const problems: Finding[] = [];
  for (const [name, value] of Object.entries(exports)) {
    if (!isDurableObject(value)) continue;
    const wrong = wrongForm(name, value, exports);
    if (wrong === null) entries.push(readEntry(name, value));
    else
      problems.push(finding(name, 'invalid_export', wrong, { suggestion: 'Correct the entry in exports.' }));
  }
  return { entries, problems };
}

/** True when an exports map declares Durable Object classes. */
export function declaresClasses(exports: JsonObject | null | undefined): boolean {
  return Object.values(exports ?? {}).some(isDurableObject);
}

function isDurableObject(entry: Json | undefined): entry is JsonObject {
  return isObject(entry) && entry['type'] === 'durable-object';
}

function wrongForm(name: string, entry: JsonObject, exports: JsonObject): string | null {
  const state = entry['state'] ?? 'created';
  if (!isState(state)) return `has an unknown state ${JSON.stringify(state)}.`;
  for (const field of STATE_FIELDS) {
    const needed = REQUIRED[state].includes(field);
    if (needed && typeof entry[field] !== 'string') return `needs ${field} in state "${state}".`;
    if (!needed && entry[field] !== undefined) return `must not have ${field} in state "${state}".`;
  }
  const { storage, renamed_to: renamedTo } = entry;
  if (storage !== undefined && storage !== 'sqlite' && storage !== 'legacy-kv')
    return 'needs storage "sqlite" or "legacy-kv".';
  if (typeof renamedTo !== 'string') return null;
  if (!IDENTIFIER.test(renamedTo) || renamedTo === name)
    return 'needs another valid class name in renamed_to.';
  const target = Object.hasOwn(exports, renamedTo) ? exports[renamedTo] : undefined;
  return isDurableObject(target) && (target['state'] ?? 'created') === 'created'
    ? null
    : `is renamed to '${renamedTo}', which has no live entry in exports.`;
}

function readEntry(name: string, entry: JsonObject): ExportEntry {
  const sqlite = entry['storage'] === 'sqlite';
  switch (entry['state']) {
    case 'deleted':
      return { name, state: 'deleted' };
    case 'renamed':
      return { name, state: 'renamed', to: String(entry['renamed_to']) };
    case 'transferred':
      return { name, state: 'transferred', to: String(entry['transferred_to']) };
    case 'expecting-transfer':
      return { name, state: 'expecting-transfer', sqlite, from: String(entry['transfer_from']) };
    default:
      return { name, state: 'created', sqlite };
  }
}

function isState(value: Json | undefined): value is ExportEntry['state'] {
  return typeof value === 'string' && Object.hasOwn(REQUIRED, value);
}
