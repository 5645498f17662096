import type { Command } from '../life.ts';
import { whyNot } from './end-state.ts';

/** What the next command says of one that was killed. */
export function checkInterrupted({ result, others }: Command, diedAt: Command | null): readonly string[] {
  if (diedAt === null || result === null || others.seen !== null || diedAt.others.seen !== null) return [];
  const run = result.interrupted.find(({ path }) => diedAt.records.some((name) => path.endsWith(name)));
  if (run === undefined || run.endState === 'unknown') return [];
  const why = whyNot(diedAt, run.endState);
  return why === null ? [] : [`of the killed run it says ${run.endState}, but ${why}: ${run.message}`];
}
