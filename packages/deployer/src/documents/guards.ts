/**
 * Limits on what we read before we look at it. A configuration file is untrusted input: a pull request may bring it.
 */
export const FILE_LIMITS = {
  /** Bytes. The largest real wrangler file we met has 40 KB. */
  bytes: 1_048_576,
  /** Objects and lists inside each other. The format itself needs 8; vars may hold any JSON. */
  depth: 64,
} as const;

/** Keys that reach an object's prototype when code assigns them carelessly. None is a field or a sensible name. */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__']);
