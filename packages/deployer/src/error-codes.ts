/**
 * Every error code, with the exit status of a command that ends with it. Stable: scripts match on them.
 * Exit status: 1 the operation failed, 3 invalid input or configuration (nothing was sent), 4 credentials.
 */
export const ERROR_CODES = {
  ROOT_NOT_FOUND: { exitCode: 3, meaning: 'No folder with tenants/ was found.' },
  TENANT_UNKNOWN: { exitCode: 3, meaning: 'The tenant does not exist under tenants/.' },
  ENVIRONMENT_UNKNOWN: { exitCode: 3, meaning: 'The wrangler file does not define that environment.' },
  ENVIRONMENT_NOT_NAMED: { exitCode: 3, meaning: 'There are environments, and none was named.' },
  CONFIG_UNREADABLE: {
    exitCode: 3,
    meaning: 'A configuration file is missing, too large or cannot be parsed.',
  },
  CONFIG_INVALID: { exitCode: 3, meaning: 'The configuration has errors; `findings` lists them all.' },
  USAGE: { exitCode: 3, meaning: 'The command line or the library call is wrong.' },
  BUNDLE_FAILED: { exitCode: 3, meaning: 'The Worker does not compile.' },
  BUNDLE_INVALID: {
    exitCode: 3,
    meaning: 'The bundle lacks an export the configuration names, or breaks a limit.',
  },
  SCRIPT_DOES_NOT_START: {
    exitCode: 3,
    meaning: 'The Worker threw while starting in workerd, so it was not uploaded.',
  },
  ASSETS_INVALID: { exitCode: 3, meaning: 'The static assets break a rule or a limit.' },
  SECRET_MISSING: { exitCode: 3, meaning: 'A required secret has no value here and none on Cloudflare.' },
  SECRET_REFUSED: {
    exitCode: 3,
    meaning: 'A declared secret has a name that belongs to what deploys, so no value is taken for it.',
  },
  CREDENTIALS_MISSING: { exitCode: 4, meaning: 'No API token was found for the tenant.' },
  CREDENTIALS_INVALID: { exitCode: 4, meaning: 'The API token is wrong, expired or disabled.' },
  ENV_FILE_EXPOSED: {
    exitCode: 4,
    meaning: 'An env file with secrets is tracked by git, readable by others, or a link to somewhere else.',
  },
  CREDENTIALS_AMBIGUOUS: {
    exitCode: 4,
    meaning: 'In CI, an env file and a variable hold different API tokens for the same tenant.',
  },
  PERMISSION_DENIED: { exitCode: 4, meaning: 'The API token lacks a permission or the account.' },
  BASE_URL_REFUSED: {
    exitCode: 3,
    meaning:
      'The API base URL is neither https nor loopback, or its host was not allowed; no token is sent there.',
  },
  ACCOUNT_CHANGED: {
    exitCode: 3,
    meaning: 'The account is not the one of the last deploy to a protected environment, and nobody agreed.',
  },
  BUILD_NOT_RUN: {
    exitCode: 3,
    meaning: 'The build command was not run: CI is building an untrusted change.',
  },
  API_REFUSED: { exitCode: 1, meaning: 'Cloudflare refused a call.' },
  API_UNREACHABLE: { exitCode: 1, meaning: 'Cloudflare did not answer, or not in a form we understand.' },
  CERTIFICATE_UNTRUSTED: {
    exitCode: 1,
    meaning: 'The certificate of the API, or of a proxy before it, is not trusted; nothing was sent.',
  },
  RATE_LIMITED: { exitCode: 1, meaning: 'The API budget is used up and waiting would take too long.' },
  RESOURCE_MISSING: {
    exitCode: 1,
    meaning: 'Something a binding or trigger points at does not exist in the account.',
  },
  WORKER_MISSING: { exitCode: 1, meaning: 'The Worker does not exist in the account.' },
  CONFLICT: {
    exitCode: 1,
    meaning: 'Somebody else changed the Worker meanwhile, or owns what we would take.',
  },
  TRAFFIC_SPLIT: {
    exitCode: 1,
    meaning: 'The traffic is split over two versions, and a deploy would end that without being told to.',
  },
  GRADUAL_IMPOSSIBLE: {
    exitCode: 3,
    meaning: 'What is deployed cannot get its traffic gradually; the message says why.',
  },
  GRADUAL_UNKNOWN: { exitCode: 3, meaning: 'There is no gradual deploy to go on with.' },
  GRADUAL_ABORTED: {
    exitCode: 1,
    meaning: 'Somebody aborted the gradual deploy; the old version has all traffic.',
  },
  METRICS_WORSE: {
    exitCode: 1,
    meaning:
      'More requests of the new version failed than of the old one in the same minutes; it was taken back.',
  },
  LOCAL_STATE_DAMAGED: { exitCode: 1, meaning: 'What the embedded Cloudflare kept cannot be read any more.' },
  LOCKED: { exitCode: 1, meaning: 'Another deploy of the same tenant and environment is running here.' },
  STALE_COMMIT: { exitCode: 1, meaning: 'The live version comes from a newer commit.' },
  STARTUP_FAILED: {
    exitCode: 1,
    meaning: 'Cloudflare refused the upload because the script does not start.',
  },
  HEALTH_FAILED: { exitCode: 1, meaning: 'The new version did not prove healthy.' },
  DEPLOY_INCOMPLETE: { exitCode: 1, meaning: 'The deploy stopped half-way; the result names what is left.' },
  ROLLBACK_IMPOSSIBLE: { exitCode: 1, meaning: 'The version cannot be gone back to; the message says why.' },
  RECORD_INVALID: { exitCode: 1, meaning: 'A deployment record on disk cannot be read.' },
  STORE_UNREADABLE: {
    exitCode: 1,
    meaning: 'The file that keeps releases is damaged, or of another version.',
  },
  ARTIFACT_REFUSED: {
    exitCode: 1,
    meaning: 'An upload holds the value of a secret, so it is not kept for later.',
  },
  RELEASE_UNKNOWN: { exitCode: 3, meaning: 'There is no release of that id.' },
  RELEASE_ELSEWHERE: {
    exitCode: 3,
    meaning: 'The release was begun in another folder, or another process runs it.',
  },
  FROZEN: { exitCode: 1, meaning: 'Deploys to the environment are frozen.' },
  NOT_CONFIRMED: {
    exitCode: 3,
    meaning: 'Something would be lost for good, and nobody agreed, or not in the form that is asked for.',
  },
  NOT_EDITABLE: {
    exitCode: 3,
    meaning: 'The file that defines the tenant cannot be edited for you; the hint says what to do.',
  },
  ABORTED: { exitCode: 1, meaning: 'The operation was stopped by a signal.' },
  MACHINE_REFUSED: {
    exitCode: 1,
    meaning: 'The disk is full, or a file or folder of this machine cannot be read or written.',
  },
  INTERNAL: { exitCode: 1, meaning: 'A defect of this tool.' },
} as const satisfies Record<string, { exitCode: 1 | 3 | 4; meaning: string }>;

/** Stable error code. */
export type ErrorCode = keyof typeof ERROR_CODES;
