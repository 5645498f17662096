import type { StepModule } from '../../plan/step.ts';
import { bothVersions } from './shift.ts';

/** Watches both versions beside each other, and decides whether the new one gets more. */
export const watchStep: StepModule<'watch'> = {
  describe: ({ percent, bakeSeconds }) => `watch it at ${percent} % for ${duration(bakeSeconds)}`,
  calls: () => 0,
  async apply(step, context, soFar) {
    const verdict = await context.gradual.watch(step, bothVersions(context, soFar));
    if (verdict.kind === 'take-back') throw verdict.error;
    return verdict.kind === 'pause' ? { ...soFar, paused: verdict.why } : soFar;
  },
  revert: async () => null,
};

function duration(seconds: number): string {
  return seconds % 60 === 0 && seconds > 0 ? `${seconds / 60} min` : `${seconds} s`;
}
