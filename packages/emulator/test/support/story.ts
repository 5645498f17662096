import { describe, it } from 'vitest';

/** Adds a step to a story. */
export type Step = (name: string, run: () => Promise<void> | void) => void;

/**
 * One test of steps that build on each other: they run in their order or not at all, and the one that fails says so.
 *
 * @param timeout for all steps, ms
 */
export function story(name: string, timeout: number, tell: (step: Step) => void): void {
  describe(name, () => {
    const steps: { readonly name: string; readonly run: () => Promise<void> | void }[] = [];
    tell((step, run) => void steps.push({ name: step, run }));
    it(`step by step: ${steps.map((step) => step.name).join('; ')}`, { timeout }, async () => {
      for (const step of steps) {
        try {
          await step.run();
        } catch (error) {
          if (error instanceof Error) error.message = `It ${step.name}: ${error.message}`;
          throw error;
        }
      }
    });
  });
}
