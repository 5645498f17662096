import type { DeployError } from '../errors.ts';
import { changePath, type Change } from './change.ts';
import {
  SECTION_NAMES,
  SECTIONS,
  type SectionName,
  type SectionValues,
  type WorkerState,
} from './registry.ts';
import type { CompareRules, Reading } from './section.ts';

/** A part that could not be compared. */
export interface UnknownPart {
  readonly section: SectionName;
  /** Entry of it that could not be read; null: all of it. */
  readonly key: string | null;
  readonly why: string;
  /** Of the read that failed; null when the API just does not tell. */
  readonly error: DeployError | null;
}

/** What differs, and what could not be compared. */
export interface StateDiff {
  readonly changes: readonly Change[];
  readonly unknown: readonly UnknownPart[];
}

/**
 * Compares two states of a Worker part by part, from both sides: what only one side has is a difference. Unknown is never
 * compared as absent. Pure; plan, drift and the end state all use it, so they cannot disagree about what differs.
 */
export function diffStates(desired: WorkerState, actual: WorkerState, rules: CompareRules): StateDiff {
  const parts = SECTION_NAMES.map((name) => diffSection(name, desired, actual, rules));
  const changes = parts.flatMap((part) => part.changes);
  // The digest covers readable fields too: where one of them differs, that is the news.
  const told = changes.some(({ section }) => section !== 'config' && isVersioned(section));
  return {
    changes: told ? changes.filter(({ section }) => section !== 'config') : changes,
    unknown: parts
      .flatMap((part) => part.unknown)
      .filter(({ section, key }) => !(key !== null && isVersioned(section) && sameConfig(desired, actual))),
  };
}

/** A version never changes: the same digest is the same configuration, single fields that nobody tells included. */
function sameConfig({ config: wanted }: WorkerState, { config: live }: WorkerState): boolean {
  return wanted.known && live.known && live.value !== null && wanted.value === live.value;
}

/** Whether a part is carried by an upload. */
export function isVersioned(section: SectionName): boolean {
  return SECTIONS[section].carrier === 'upload';
}

function diffSection<K extends SectionName>(
  section: K,
  desired: WorkerState,
  actual: WorkerState,
  rules: CompareRules,
): StateDiff {
  const wanted = desired[section];
  const live = actual[section];
  if (!wanted.known || !live.known) {
    return { changes: [], unknown: unknownParts(section, wanted.known ? live : wanted) };
  }
  const hidden = { ...wanted.except, ...live.except };
  return {
    changes: SECTIONS[section]
      .compare(wanted.value, live.value, rules)
      .filter(({ key }) => key === null || !Object.hasOwn(hidden, key))
      .map((difference) => ({ section, ...difference })),
    unknown: Object.entries(hidden).map(([key, why]) => ({ section, key, why, error: null })),
  };
}

function unknownParts(
  section: SectionName,
  reading: Reading<SectionValues[SectionName]>,
): readonly UnknownPart[] {
  if (reading.known || !reading.asked) return [];
  return [{ section, key: null, why: reading.why, error: reading.error }];
}

/** The part as results name it: `code`, `runtime.placement`. */
export function partPath({ section, key }: UnknownPart): string {
  return changePath({ section, key, field: null });
}
