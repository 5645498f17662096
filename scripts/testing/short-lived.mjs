/** From Node 22 on V8 counts otherwise, and refuses the flag. */
const COUNTS_BUDGET = Number.parseInt(process.versions.node, 10) < 22;

/**
 * Flags of Node for what makes much once and little often, as tests and simulated lives do. V8 compiles at once, on the
 * thread that runs, lets what one test made die young, and makes quick only what is used for long: nearly nothing is hot,
 * and making all of it quick took an eighth of what tests take.
 */
export const SHORT_LIVED = [
  '--single-threaded',
  '--always-sparkplug',
  '--min-semi-space-size=16',
  '--max-semi-space-size=32',
  ...(COUNTS_BUDGET ? ['--interrupt-budget=400000'] : []),
];
