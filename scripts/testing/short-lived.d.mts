/** Flags of Node for what makes much once and little often. */
export const SHORT_LIVED: readonly string[];
