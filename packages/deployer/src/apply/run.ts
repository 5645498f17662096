import { mayHaveHappened } from '../cloudflare/client/api-error.ts';
import type { WriteClient } from '../cloudflare/client/calls.ts';
import { asDeployError, DeployError } from '../errors.ts';
import { applyStep, describeStep, revertStep } from './registry.ts';
import type { Progress, Step, StepContext, StepKind } from '../plan/step.ts';

/** What became of one step. `left`: could not be undone, or not wholly. */
export type StepStatus = 'planned' | 'started' | 'done' | 'failed' | 'skipped' | 'reverted' | 'left';

/** A step and what became of it. */
export interface StepOutcome {
  readonly step: Step;
  readonly description: string;
  readonly status: StepStatus;
  /** Undoing it took a write, whatever became of that. @default false */
  readonly undone?: boolean;
  /** What another run overwrote was set once more. @default false */
  readonly again?: boolean;
}

/** Something that stays behind of an undone step. */
export interface Leftover {
  readonly step: StepKind;
  readonly text: string;
  /** False: undoing failed, so what is there has to be read. */
  readonly certain: boolean;
}

/** What running a plan came to. */
export interface RunOutcome {
  readonly steps: readonly StepOutcome[];
  readonly progress: Progress;
  readonly leftovers: readonly Leftover[];
  readonly error: DeployError | null;
  /** Whether a write was asked for, whatever became of it. Without one this run changed nothing. */
  readonly wrote: boolean;
}

/** Told about each step as it happens. */
export type StepListener = (
  step: Step,
  status: 'started' | 'done' | 'failed' | 'reverted',
  message: string,
) => void;

/** What a run needs. */
export interface RunOptions {
  readonly steps: readonly Step[];
  readonly context: StepContext;
  /** For undoing: its clients are not stopped by the signal that may have stopped the run. */
  readonly recovery: StepContext;
  readonly onStep: StepListener;
  /** Told how far all the steps are; waited for before each one, so that what is not noted as started was not. */
  readonly onProgress: (steps: readonly StepOutcome[]) => Promise<void>;
}

/**
 * Applies the steps in order. When one fails, those applied are undone in reverse; so is the failed one if it may have
 * happened. A step may also end the run without a failure: the rest stays planned, and nothing is undone. Never throws: what
 * could not be undone is in `leftovers`.
 */
export async function runSteps(options: RunOptions): Promise<RunOutcome> {
  const { steps, onStep } = options;
  const { context, hasWritten } = noteWrites(options.context);
  const done: StepOutcome[] = [];
  let progress: Progress = {};
  for (const [index, step] of steps.entries()) {
    const { description } = describeStep(step);
    const rest = (status: StepStatus): StepOutcome[] =>
      steps.slice(index + 1).map((later) => ({
        step: later,
        description: describeStep(later).description,
        status,
      }));
    onStep(step, 'started', description);
    await options.onProgress([...done, { step, description, status: 'started' }, ...rest('planned')]);
    try {
      context.signal?.throwIfAborted();
      progress = await applyStep(step, context, progress);
      done.push({ step, description, status: 'done' });
      onStep(step, 'done', description);
      if (progress.paused !== undefined) {
        const stopped = [...done, ...rest('planned')];
        await options.onProgress(stopped);
        return { steps: stopped, progress, leftovers: [], error: null, wrote: hasWritten() };
      }
    } catch (thrown) {
      const error = toError(thrown, context.signal);
      onStep(step, 'failed', error.message);
      const failed: StepOutcome = { step, description, status: 'failed' };
      const undone = await revertOutcome(
        { steps: [...done, failed], progress, leftovers: [], error, wrote: hasWritten() },
        { ...options, undoFailed: mayHaveHappened(thrown) || error.code === 'ABORTED' },
      );
      return { ...undone, steps: [...undone.steps, ...rest('skipped')] };
    }
  }
  return { steps: done, progress, leftovers: [], error: null, wrote: hasWritten() };
}

/** The same context, and whether anything was written with it. */
function noteWrites(context: StepContext): {
  readonly context: StepContext;
  readonly hasWritten: () => boolean;
} {
  const { writer } = context;
  let written = false;
  const write: WriteClient['write'] = (call) => {
    written = true;
    return writer.write(call);
  };
  return { context: { ...context, writer: { ...writer, write } }, hasWritten: () => written };
}

/** Undoes what was done, in reverse: after a failed step, or when the new version turned out not to be well. */
export async function revertOutcome(
  outcome: RunOutcome,
  options: Pick<RunOptions, 'recovery' | 'onStep'> & { readonly undoFailed: boolean },
): Promise<RunOutcome> {
  const leftovers: Leftover[] = [];
  const after: StepOutcome[] = [];
  let wrote = false;
  for (const entry of outcome.steps.toReversed()) {
    // A step of several calls may have failed after some of them.
    const partly = describeStep(entry.step).calls > 1;
    const undo = entry.status === 'done' || (entry.status === 'failed' && (options.undoFailed || partly));
    if (!undo) {
      after.unshift(entry);
      continue;
    }
    const { context: recovery, hasWritten } = noteWrites(options.recovery);
    const left = await revertOne(entry, outcome.progress, { recovery, onStep: options.onStep });
    wrote ||= hasWritten();
    if (left !== null) leftovers.push(left);
    const status = left === null ? 'reverted' : 'left';
    const undone = hasWritten() ? { undone: true } : {};
    after.unshift({ ...entry, ...undone, ...(entry.status === 'failed' ? {} : { status }) });
  }
  return {
    ...outcome,
    steps: after,
    leftovers: [...outcome.leftovers, ...leftovers],
    wrote: outcome.wrote || wrote,
  };
}

async function revertOne(
  { step, description }: StepOutcome,
  progress: Progress,
  { recovery, onStep }: Pick<RunOptions, 'recovery' | 'onStep'>,
): Promise<Leftover | null> {
  try {
    const left = await revertStep(step, recovery, progress);
    onStep(step, 'reverted', left ?? `undone: ${description}`);
    return left === null ? null : { step: step.kind, text: left, certain: true };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    onStep(step, 'failed', `could not undo: ${description}: ${why}`);
    return { step: step.kind, text: `could not undo "${description}": ${why}`, certain: false };
  }
}

function toError(thrown: unknown, signal: AbortSignal | undefined): DeployError {
  if (signal?.aborted === true)
    return new DeployError('ABORTED', 'The deploy was stopped.', { cause: thrown });
  return asDeployError(thrown);
}
