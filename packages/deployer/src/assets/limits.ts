/** Limits of static assets, with where they are documented. */
export const ASSET_LIMITS = {
  /** Bytes of one file. https://developers.cloudflare.com/workers/platform/limits/#static-assets */
  fileBytes: 25 * 1024 * 1024,
  /** Files of a version on the free plan; more is a warning, as the plan is not known here. Same page. */
  filesFree: 20_000,
  /** Files of a version on paid plans. Same page. */
  filesPaid: 100_000,
  /** https://developers.cloudflare.com/workers/static-assets/redirects/ */
  staticRedirects: 2_000,
  dynamicRedirects: 100,
  redirectLine: 1_000,
  /** https://developers.cloudflare.com/workers/static-assets/headers/ */
  headerRules: 100,
  headerLine: 2_000,
  /** Bytes of `_headers`, `_redirects` and `.assetsignore`: their rules fit in it several times. */
  ruleFileBytes: 4 * 1024 * 1024,
  /** Patterns of `.assetsignore`, each of which is tried on every file. */
  ignoreLines: 2_000,
  ignoreLine: 1_000,
} as const;
