import type { JsonObject } from '../json.ts';

/** One entry of an answer's `errors`. */
export type ApiErrorBody = {
  code: number;
  message: string;
  documentation_url?: string;
  error_chain?: { code: number; message: string }[];
  meta?: JsonObject;
};

/** A refused request: becomes an answer with `success: false`. */
export class ApiFailure extends Error {
  override name = 'ApiFailure';
  readonly status: number;
  readonly errors: ApiErrorBody[];
  /** Headers the answer carries. */
  readonly headers: Record<string, string>;
  /** Which of {@link FAILURES} it is. */
  readonly failure: FailureName | undefined;
  constructor(
    status: number,
    errors: ApiErrorBody[],
    headers: Record<string, string> = {},
    name?: FailureName,
  ) {
    super(errors.map((error) => `${error.message} [${error.code}]`).join('; '));
    this.status = status;
    this.errors = errors;
    this.headers = headers;
    this.failure = name;
  }
}

/**
 * Cloudflare's refusals that the emulator knows: HTTP status, code and default text. Texts are ours unless clients read
 * them. The two 90xxx codes are the emulator's own.
 */
export const FAILURES = {
  notEmulated: [501, 90501, 'The embedded Cloudflare does not serve this endpoint.'],
  unknownField: [400, 90400, 'The embedded Cloudflare does not know this field.'],
  noCredentials: [400, 9106, 'Missing X-Auth-Key, X-Auth-Email or Authorization headers'],
  badAuthorization: [400, 6003, 'Invalid request headers'],
  authentication: [403, 10000, 'Authentication error'],
  invalidToken: [401, 1000, 'Invalid API Token'],
  unauthorized: [403, 9109, 'Unauthorized to access requested resource'],
  noRoute: [404, 7003, 'Could not route to the given path, perhaps your object identifier is invalid?'],
  rateLimited: [429, 971, 'Please wait and consider throttling your request speed'],
  unsupportedContentType: [
    415,
    10001,
    'Content-Type must be one of: application/javascript, text/javascript, multipart/form-data',
  ],
  badParameter: [400, 10004, 'A URL parameter is malformed.'],
  workerNotFound: [404, 10007, 'This Worker does not exist on your account.'],
  invalidRequest: [400, 10021, 'Validation failed.'],
  shareTotal: [400, 10021, 'The percentages must total 100.'],
  zoneLimit: [400, 10021, 'The zone has reached a limit.'],
  metadataTooLarge: [400, 10021, 'The metadata is too large.'],
  classLimit: [400, 10021, 'The account has reached its limit of Durable Object classes.'],
  routeNotFound: [404, 10009, 'Route not found.'],
  invalidName: [400, 10016, 'The Worker name is invalid.'],
  routeScriptMissing: [400, 10019, 'The script of this route does not exist.'],
  routeTaken: [409, 10020, 'A route with the same pattern already exists.'],
  badRoutePattern: [400, 10022, 'Invalid route pattern.'],
  badBody: [400, 10026, 'Could not parse request body.'],
  scriptTooLarge: [413, 10027, 'The script exceeds the size limit.'],
  subdomainTaken: [409, 10031, 'This subdomain is taken.'],
  subdomainFree: [404, 10032, 'This subdomain is available.'],
  alreadyHasSubdomain: [409, 10036, 'The account already has a workers.dev subdomain.'],
  tooManyWorkers: [403, 10037, 'The account has reached its limit of Workers.'],
  bindingKvMissing: [400, 10041, 'KV namespace not found.'],
  bindingKvMalformed: [400, 10042, 'KV namespace id is not valid.'],
  bindingUnnamed: [400, 10052, 'A binding has no name.'],
  bindingNameTaken: [400, 10053, 'Binding name already in use.'],
  variableTooLarge: [400, 10054, 'A variable exceeds the size limit of 5 KB.'],
  tooManyVariables: [400, 10055, 'The Worker has too many variables and secrets.'],
  secretNotFound: [404, 10056, 'Binding not found.'],
  classWithoutNamespace: [400, 10061, 'Cannot bind to a Durable Object class that has no namespace.'],
  classStillUsed: [
    400,
    10064,
    'The new version does not export a Durable Object class that objects depend on.',
  ],
  noSubdomain: [400, 10063, 'The account has no workers.dev subdomain.'],
  noHandlers: [400, 10068, 'The uploaded script has no registered event handlers.'],
  newClassNotExported: [
    400,
    10070,
    'Cannot apply a new-class migration to a class the script does not export.',
  ],
  betaVersionNotFound: [404, 10071, 'Version not found.'],
  cronQuota: [403, 10072, 'The account has reached its limit of cron triggers.'],
  migrationConflict: [400, 10074, 'The Durable Object migration cannot be applied.'],
  migrationTag: [412, 10079, 'Migration tag precondition failed'],
  domainZoneMissing: [400, 10082, 'No zone of the account matches this hostname.'],
  bindingR2Missing: [400, 10085, 'R2 bucket not found.'],
  serviceNotFound: [404, 10090, 'workers.api.error.service_not_found'],
  environmentNotFound: [404, 10092, 'workers.api.error.environment_not_found'],
  classFreePlan: [
    400,
    10097,
    'On the free plan Durable Object classes must be SQLite-backed (new_sqlite_classes).',
  ],
  badCron: [400, 10100, 'Invalid or duplicate cron trigger.'],
  serviceMissing: [400, 10143, 'The Worker of a service binding does not exist.'],
  serviceEnvironmentMissing: [400, 10144, 'The environment of a service binding does not exist.'],
  bindingHyperdriveMissing: [400, 10157, 'Hyperdrive config not found.'],
  bindingVectorizeMissing: [400, 10159, 'Vectorize index not found.'],
  moduleType: [400, 10162, 'A module has an unsupported content type.'],
  bindingD1Missing: [400, 10181, 'D1 database not found.'],
  bindingSecretsStoreMissing: [400, 10182, 'Secrets Store secret not found.'],
  loaderNeedsPaid: [403, 10195, 'Dynamic Workers need a paid plan.'],
  settingsPartMissing: [400, 10201, 'The form part "settings" is missing.'],
  workflowNotFound: [404, 10200, 'workflow.not_found'],
  workflowJurisdiction: [400, 10209, 'The jurisdiction of a workflow cannot be changed.'],
  workflowCronPaid: [400, 10208, 'Workflow schedules need a paid plan.'],
  versionWithMigration: [
    400,
    10211,
    'Migrations cannot be part of a version upload; deploy the script instead.',
  ],
  settingsNotDeployed: [
    409,
    10214,
    'The settings of the newest version cannot be edited: it is not deployed.',
  ],
  secretNotDeployed: [409, 10215, 'Secret edit failed: the newest version of the Worker is not deployed.'],
  secretsChanged: [400, 10220, 'The following secrets have changed:'],
  noVersions: [404, 10222, 'The Worker has no versions.'],
  deploymentNotFound: [404, 10336, 'Deployment not found.'],
  bindingQueueMissing: [400, 11000, 'Queue not found.'],
  queueNotFound: [404, 11000, 'Queue not found.'],
  noQueueHandler: [400, 11001, 'The Worker has no queue handler.'],
  badQueueName: [400, 11003, 'The queue name is invalid.'],
  queueHasConsumer: [400, 11004, 'The queue already has a consumer.'],
  queueInUse: [400, 11005, 'The queue is still referenced.'],
  queueLimit: [403, 10021, 'The account has reached its limit of queues.'],
  queueNameTaken: [409, 11009, 'A queue with this name already exists.'],
  domainNotFound: [404, 100114, 'Custom domain not found.'],
  hostnameInUse: [409, 100116, 'The hostname is already in use.'],
  hostnameHasRecords: [409, 100117, 'The hostname already has externally managed DNS records.'],
  dispatchNamespaceNotFound: [404, 100119, 'Dispatch namespace not found.'],
  bindingDispatchMissing: [400, 100119, 'Dispatch namespace not found.'],
  rollbackResources: [400, 100140, 'A resource the version binds no longer exists or its migrations differ.'],
  bindingCertificateMissing: [400, 100143, 'mTLS certificate not found.'],
  versionNotFound: [404, 100146, 'The requested Worker version could not be found.'],
  versionTooOld: [400, 100147, 'The version is not one of the 100 newest and cannot be deployed any more.'],
  badRedirects: [400, 100324, 'Invalid _redirects or _headers configuration.'],
  cpuLimitFree: [400, 100328, 'CPU limits are not supported on the free plan.'],
  exportsReconciliation: [400, 100402, 'The exports cannot be reconciled.'],
  splitExportsDiffer: [400, 100405, 'All versions of a split deployment must declare the same exports.'],
  exportNotProvisioned: [400, 100406, 'A binding names an export that is not provisioned yet.'],
  kvNotFound: [404, 10013, 'get namespace: namespace not found'],
  kvMalformed: [400, 10011, 'namespace identifier is not valid'],
  kvTitleRequired: [400, 10019, 'A namespace title is required.'],
  kvTitleTaken: [400, 10014, 'A namespace with this account ID and title already exists.'],
  kvKeyNotFound: [404, 10009, "get: 'key not found'"],
  kvLimit: [403, 10021, 'The account has reached its limit of KV namespaces.'],
  kvBadBody: [400, 10012, 'could not parse the body'],
  kvExpiration: [400, 10034, 'Invalid expiration.'],
  d1NotFound: [404, 7404, 'The database could not be found.'],
  d1NameTaken: [400, 7502, 'A database with that name already exists.'],
  d1BadRequest: [400, 7400, 'Invalid request body.'],
  d1Limit: [400, 7406, 'You have reached the maximum number of databases for your account.'],
  d1Query: [400, 7500, 'The query failed.'],
  r2NotFound: [404, 10006, 'The specified bucket does not exist.'],
  r2Exists: [409, 10004, 'The bucket you tried to create already exists, and you own it.'],
  r2BadName: [400, 10005, 'The specified bucket name is not valid.'],
  r2BadJson: [400, 10040, 'The JSON you provided was not well formed.'],
  r2BadClass: [400, 10062, 'The storage class you specified is not valid.'],
  r2ObjectNotFound: [404, 10007, 'The specified key does not exist.'],
  r2NotEmpty: [409, 10008, 'The bucket you tried to delete is not empty.'],
  vectorizeNotFound: [404, 3000, 'vectorize.index.not_found'],
  vectorizeTaken: [409, 3002, 'vectorize.index.duplicate_name'],
  vectorizeBadBody: [400, 1002, 'Invalid index configuration.'],
  vectorizeLimit: [400, 1002, 'The account has reached its limit of Vectorize indexes.'],
  hyperdriveLimit: [400, 2007, 'The account has reached its limit of Hyperdrive configs.'],
  hyperdriveNotFound: [404, 2006, 'Hyperdrive config not found.'],
  hyperdriveBadConfig: [400, 2007, 'Invalid Hyperdrive config.'],
  secretsStoreBadRequest: [400, 1002, 'invalid_request'],
  secretsStoreNotFound: [404, 1001, 'store_not_found'],
  secretsStoreSecretNotFound: [404, 1001, 'secret_not_found'],
  badNamespaceName: [400, 10021, 'The name of the namespace is not valid.'],
  aiSearchNotFound: [404, 7002, 'ai_search_namespace_not_found'],
  agentMemoryNotFound: [404, 1003, 'namespace not found'],
  emailWorkerNotFound: [422, 2016, 'The owner_worker_tag names no Worker.'],
  emailBadRule: [422, 2020, 'Invalid Email Routing rule.'],
  emailRuleNotFound: [404, 2020, 'Email Routing rule not found.'],
  emailUnknownDomain: [400, 2062, 'Unknown Email Routing domain.'],
  internal: [500, 10002, 'Internal error.'],
} as const satisfies Record<string, readonly [number, number, string]>;

export type FailureName = keyof typeof FAILURES;

/** The failure of that name, with a text or further fields in place of the default ones. */
export function failure(
  name: FailureName,
  message?: string,
  extra: Omit<ApiErrorBody, 'code' | 'message'> = {},
): ApiFailure {
  const [status, code, text] = FAILURES[name];
  return new ApiFailure(status, [{ code, message: message ?? text, ...extra }], {}, name);
}

/** The request's connection is to be cut instead of answered (a fault the user dialled). */
export class ConnectionReset extends Error {
  override name = 'ConnectionReset';
  readonly code = 'ECONNRESET';
}
