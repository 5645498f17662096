import type { Change } from '../sections/change.ts';
import { largestShare, type LiveWorker } from '../sections/live.ts';
import { SECTION_NAMES, SECTIONS } from '../sections/registry.ts';
import type { SectionStep } from '../sections/step.ts';
import { markedOptions } from '../sections/parts/workflow-options.ts';
import { workflowOptionsDigest } from '../sections/parts/workflows.ts';
import { sharesOf } from './preflight/split.ts';
import { uploadSteps, type UploadInputs } from './plan-upload.ts';
import type { Step } from './step.ts';

/** What decides the steps. */
export interface PlanInputs extends UploadInputs {
  /** Differences that a rule leaves to others: a step that replaces a whole list keeps them. */
  readonly ignored: readonly Change[];
  readonly takeOver: boolean;
  /** Ends a split of the traffic that somebody left, also where nothing is uploaded. */
  readonly takeOverSplit: boolean;
}

/**
 * The steps that turn the live Worker into the wanted one, in order; empty when nothing is to be done. Only differences
 * that are acted on make any. Pure.
 */
export function planSteps(inputs: PlanInputs): readonly Step[] {
  const uploads = uploadSteps(inputs);
  const own = sectionSteps(inputs);
  return [...(uploads.length > 0 ? uploads : unsplitSteps(inputs)), ...own, ...markSteps(inputs)];
}

/** What is compared with the files is the version with the largest share: that one is to have the rest too. */
function unsplitSteps({ live, takeOverSplit }: PlanInputs): readonly Step[] {
  if (!takeOverSplit || sharesOf(live).length === 0) return [];
  return [{ kind: 'promote', versionId: largestShare(live.deployment), force: false }];
}

/** The steps of sections alone. One step of each kind: two sections may share one, and the later one covers the earlier. */
export function sectionSteps({
  worker,
  live,
  changes,
  ignored,
  takeOver,
}: Pick<PlanInputs, 'worker' | 'live' | 'changes' | 'ignored' | 'takeOver'>): readonly SectionStep[] {
  const byKind = new Map<string, SectionStep>();
  for (const section of SECTION_NAMES) {
    const steps = SECTIONS[section].steps?.({
      worker,
      live,
      changes: changes.filter((change) => change.section === section),
      ignored: new Set(ignored.flatMap((change) => (change.section === section ? [change.key ?? ''] : []))),
      takeOver,
    });
    for (const step of steps ?? []) byKind.set(step.kind, step);
  }
  return [...byKind.values()];
}

/** Notes last what cannot be read back, so that the note never says more than what was set. */
function markSteps({ worker, changes, live }: PlanInputs): readonly Step[] {
  if (!changes.some(({ section }) => section === 'workflowOptions')) return [];
  if (!isWhole(live)) return [];
  return [{ kind: 'mark', triggers: markedOptions(workflowOptionsDigest(worker.triggers.workflows)) }];
}

/** A split is not ended for the sake of a note. */
function isWhole({ deployment }: LiveWorker): boolean {
  return deployment === null || deployment.versions.length === 1;
}
