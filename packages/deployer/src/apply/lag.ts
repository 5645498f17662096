/**
 * Lists of versions and deployments can be this far behind the writes before them, ms: whoever looks there for what a
 * lost answer left, or for how things stand after something went wrong, waits first.
 */
export const LIST_LAG_MS = 3_000;
