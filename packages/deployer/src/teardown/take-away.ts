import { mayHaveHappened } from '../cloudflare/client/api-error.ts';
import { DeployError } from '../errors.ts';
import type { Removal, RemovalContext } from './removals.ts';

/** What became of one removal. `restored`: it was gone, and is there again. */
export type RemovalStatus = 'planned' | 'started' | 'done' | 'failed' | 'skipped' | 'restored' | 'left';

/** A removal and what became of it. */
export interface RemovalOutcome {
  readonly removal: Removal;
  readonly status: RemovalStatus;
  /** Why it failed, or could not be put back. */
  readonly why: string | null;
  /** It failed, and may have happened all the same. */
  readonly lost?: true;
}

/** What taking away needs. */
export interface TakeAwayOptions {
  readonly context: RemovalContext;
  /** For putting back: its clients are not stopped by the signal that may have stopped the run. */
  readonly recovery: RemovalContext;
  readonly signal: AbortSignal | undefined;
  /** Whether the Worker is there; null when that cannot be read. Asked after a lost answer. */
  readonly exists: () => Promise<boolean | null>;
  /** Told before each, and waited for. */
  readonly onProgress: (outcomes: readonly RemovalOutcome[]) => Promise<void>;
  readonly onStep: (removal: Removal, status: 'started' | 'done' | 'failed' | 'reverted') => void;
}

/**
 * Takes away, in order. Until the Worker is gone, what fails ends it, and what was taken before is put back: a Worker
 * that is refused must not stay without its routes. After that nothing can be put back, so each is tried. Never throws.
 */
export async function takeAway(
  removals: readonly Removal[],
  options: TakeAwayOptions,
): Promise<{ readonly outcomes: readonly RemovalOutcome[]; readonly error: DeployError | null }> {
  const steps = removals.filter(({ work }) => work !== null);
  const outcomes: RemovalOutcome[] = steps.map((removal) => ({ removal, status: 'planned', why: null }));
  const set: SetStatus = (index, status, { why = null, lost = false } = {}) => {
    const found = outcomes[index];
    if (found !== undefined) outcomes[index] = { ...found, status, why, ...(lost ? { lost } : {}) };
  };
  let first: DeployError | null = null;
  for (const [index, removal] of steps.entries()) {
    set(index, 'started');
    await options.onProgress([...outcomes]);
    options.onStep(removal, 'started');
    const failed = await tryOne(removal, options);
    const error = failed?.error ?? null;
    set(index, error === null ? 'done' : 'failed', { why: error?.message, lost: failed?.lost });
    options.onStep(removal, error === null ? 'done' : 'failed');
    if (error === null) continue;
    first ??= error;
    if (removal.work?.when === 'after' && error.code !== 'ABORTED') continue;
    for (let later = index + 1; later < steps.length; later += 1) set(later, 'skipped');
    // Whether the Worker is gone may not be known; then nothing is put back onto it.
    if (removal.work?.when !== 'after' && (await options.exists()) === true)
      await putBack(outcomes, set, options);
    break;
  }
  await options.onProgress([...outcomes]);
  return { outcomes, error: first };
}

type SetStatus = (
  index: number,
  status: RemovalStatus,
  more?: { readonly why?: string | null | undefined; readonly lost?: boolean | undefined },
) => void;

async function tryOne(
  removal: Removal,
  options: TakeAwayOptions,
): Promise<{ readonly error: DeployError; readonly lost: boolean } | null> {
  try {
    if (options.signal?.aborted === true) throw new DeployError('ABORTED', 'It was stopped.');
    await removal.work?.remove(options.context);
    return null;
  } catch (thrown) {
    const error = toError(thrown, options.signal);
    const lost = mayHaveHappened(thrown) || error.code === 'ABORTED';
    if (lost && removal.work?.when === 'worker' && (await options.exists()) === false) return null;
    return { error, lost };
  }
}

/** In reverse; also what may have been taken away by a call whose answer was lost. */
async function putBack(
  outcomes: readonly RemovalOutcome[],
  set: SetStatus,
  { recovery, onStep }: TakeAwayOptions,
): Promise<void> {
  for (const [index, { removal, status, lost }] of [...outcomes.entries()].toReversed()) {
    const restore = removal.work?.restore ?? null;
    if (restore === null || (status !== 'done' && lost !== true)) continue;
    try {
      await restore(recovery);
      if (status === 'done') set(index, 'restored');
      onStep(removal, 'reverted');
    } catch (error) {
      // One whose call was lost is there still, so it cannot be put there again.
      if (status === 'done')
        set(index, 'left', { why: error instanceof Error ? error.message : String(error) });
    }
  }
}

function toError(thrown: unknown, signal: AbortSignal | undefined): DeployError {
  if (signal?.aborted === true) return new DeployError('ABORTED', 'It was stopped.', { cause: thrown });
  if (thrown instanceof DeployError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new DeployError('INTERNAL', message, { cause: thrown });
}
