/**
 * Names of earlier versions of wrangler and of Miniflare that concern local development only. A deploy never looked at
 * them, so they are a warning where other unknown names are an error.
 */
export const LOCAL_ONLY_NAMES: ReadonlySet<string> = new Set(['experimental_remote', 'miniflare']);
