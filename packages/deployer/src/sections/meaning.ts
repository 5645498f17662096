import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import { changeKind, changePath, type Change, type ChangeKind } from './change.ts';
import { SECTIONS } from './registry.ts';
import type { Consequence, ConsequenceInputs } from './section.ts';

/** A difference and what it means, as results and records carry it. */
export interface ReportedChange extends Change {
  /** `bindings.CACHE.namespace_id`, `crons[0 0 * * *]`, `settings.logpush`. */
  readonly path: string;
  readonly kind: ChangeKind;
  /** Deploying it loses data or takes something away from others or from visitors. */
  readonly destructive: boolean;
  /** No version from before can be live again after it. */
  readonly irreversible: boolean;
  /** What is lost or cannot be undone, for people; null when nothing is. */
  readonly consequence: string | null;
  /** False: the files do not declare it, so a deploy leaves it as it is. */
  readonly owned: boolean;
}

/** Whether a deploy acts on the difference. */
export function isOwned(worker: ResolvedWorker, change: Change): boolean {
  return SECTIONS[change.section].owns(worker, change);
}

/** What the difference costs; null when nothing. The one place that knows. */
export function consequenceOf(change: Change, inputs: ConsequenceInputs): Consequence | null {
  if (!isOwned(inputs.worker, change)) return null;
  return SECTIONS[change.section].consequence?.(change, inputs) ?? null;
}

/** The difference with its meaning. */
export function reportChange(change: Change, inputs: ConsequenceInputs): ReportedChange {
  return withMeaning(change, consequenceOf(change, inputs), isOwned(inputs.worker, change));
}

/** A difference that somebody asked for by name, whatever the files say of it. */
export function askedChange(change: Change, consequence: Consequence | null = null): ReportedChange {
  return withMeaning(change, consequence, true);
}

function withMeaning(change: Change, consequence: Consequence | null, owned: boolean): ReportedChange {
  return {
    ...change,
    path: changePath(change),
    kind: changeKind(change),
    destructive: consequence?.destructive ?? false,
    irreversible: consequence?.irreversible ?? false,
    consequence: consequence?.words ?? null,
    owned,
  };
}
