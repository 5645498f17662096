/** Limits of a script, with where they are documented. */
export const BUNDLE_LIMITS = {
  /**
   * Bytes of all modules, uncompressed, on every plan. A larger upload is refused with error 10027.
   * https://developers.cloudflare.com/workers/platform/limits/#worker-size
   */
  bytes: 64 * 1024 * 1024,
  /** Share of it from which on a bundle is worth a warning. */
  warnAbove: 0.9,
  /** Milliseconds of CPU the top-level code may take. https://developers.cloudflare.com/workers/platform/limits/#worker-startup-time */
  startupMs: 1_000,
} as const;
