/**
 * Where we mean to differ from wrangler; docs/differences-from-wrangler.md gives the reasons. `refused`: wrangler goes
 * on, we stop before sending.
 */
export const INTENDED: Readonly<Record<string, string>> = {
  'compatibility-date-unchecked': 'refused: a date that is not a date',
  'config-unknown-fields': 'refused: unknown fields (equal with --lenient)',
  'assets-only-with-vars': 'refused: vars that an assets-only Worker would lose',
  python: 'refused: Python Workers are not supported',
  'email-addresses': 'refused: rules of Email Routing are not made by this tool',
};

/** Of these, the ones that only the account decides. */
export const INTENDED_BY_ACCOUNT: Readonly<Record<string, string>> = {
  'provision-new': 'refused: bindings without a resource on a new Worker; nothing is created unasked',
  'vars-over-secret-existing': 'refused: a variable that would replace a live secret',
};

/** Cases that wrangler and we refuse because of what is in the account: decided when the deploy reads it. */
export const DECIDED_BY_ACCOUNT: Readonly<Record<string, string>> = {
  'binding-queue-missing': 'the queue does not exist',
  'error-api-deployment-existing': 'the API refuses the deployment',
  'error-api-upload': 'the API refuses the upload',
  'routes-conflict': 'the route belongs to another Worker',
  'secrets-required-new': 'the required secrets have no value anywhere',
};

/**
 * Uploads to a Worker that is there which are live at once: they would reset settings they do not name, so ours name them
 * as they are. wrangler's do not.
 */
export const LIVE_AT_ONCE: ReadonlySet<string> = new Set([
  'do-exports-lifecycle-existing',
  'do-first-migration-existing',
  'do-rename-delete-existing',
  'do-second-migration-existing',
  'do-transfer-existing',
  'do-unknown-tag-existing',
  'service-worker-existing',
]);
