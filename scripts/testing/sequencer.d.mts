import type { TestSequencerConstructor } from 'vitest/node';

/** Begins with the test files that take long. */
export const LongOnesFirst: TestSequencerConstructor;
