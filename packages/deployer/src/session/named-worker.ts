import { environmentNamed } from './target.ts';
import { DEFAULT_HEALTH_CHECK } from '../resolve/resolve-health.ts';
import { DEFAULT_TRAFFIC } from '../resolve/resolve-traffic.ts';
import { DEFAULT_CODE_UPDATE } from '../resolve/resolve-parts.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { NamedTarget } from './target.ts';
import { ConfigError } from '../errors.ts';
import type { StoredRecord } from '../records/file-store.ts';
import { isTenantId, TENANT_ID_RULE } from '../tenants/tenant-id.ts';
import { checkAccountChange } from './account/account-change.ts';
import { learnSecrets } from './learn-secrets.ts';
import { openWorker, resolveTarget, type TenantContext } from './tenant-context.ts';
import type { CommandScope, World } from './world.ts';

/** What finds a Worker in an account: enough to look at its versions and to give traffic to one. */
interface WorkerName {
  readonly accountId: string;
  readonly scriptName: string;
  /** Public URL it had when it was last deployed; null when nobody noted one. */
  readonly url: string | null;
  /** For people: where the names are from. */
  readonly from: string;
}

/**
 * Opens a tenant for a command that needs no more than the name of its Worker and its account. Its files say both; when
 * they cannot be read, the last deployment record of the tenant and environment does, and before either `--account` and
 * `--script`. A bad release must be taken back from a project that does not resolve.
 *
 * @throws ConfigError that of the files, when nothing else names the Worker; USAGE for an account or name that cannot be one
 */
export async function openNamedTenant(
  world: World,
  scope: CommandScope,
  target: NamedTarget,
): Promise<TenantContext> {
  if (target.account !== undefined || target.script !== undefined) {
    checkNames(target);
    await learnSecrets(world, scope, { tenant: target.tenant });
    return openWorker(world, scope, namedWorker(world, target, await fromFlags(world, target)));
  }
  try {
    return await openWorker(world, scope, await resolveTarget(world, scope, target));
  } catch (error) {
    if (!(error instanceof ConfigError) || !isTenantId(target.tenant)) throw error;
    const name = await fromRecords(world, target, error);
    if (name === null) throw error;
    world.emit({
      type: 'notice',
      tenant: target.tenant,
      message: `its files cannot be used (${error.code}: ${error.message}); Worker ${name.scriptName} in account ${name.accountId}, as ${name.from} says`,
    });
    return openWorker(world, scope, namedWorker(world, target, name));
  }
}

/**
 * As {@link openNamedTenant}, for a command that changes something.
 * @throws ConfigError ACCOUNT_CHANGED
 */
export async function openNamedTenantForChange(
  world: World,
  scope: CommandScope,
  target: NamedTarget,
): Promise<TenantContext> {
  const context = await openNamedTenant(world, scope, target);
  await checkAccountChange(context, 'change');
  return context;
}

function checkNames({ tenant, account, script }: NamedTarget): void {
  if (!isTenantId(tenant)) {
    throw new ConfigError('USAGE', 'That cannot be the id of a tenant.', {
      hint: `It needs ${TENANT_ID_RULE}.`,
    });
  }
  if (account !== undefined && !/^[0-9a-f]{32}$/i.test(account)) {
    throw new ConfigError('USAGE', '--account is no account id.', {
      hint: 'It has 32 hexadecimal digits; the dashboard and `cf-deploy config` show it.',
    });
  }
  if (script !== undefined && !/^[a-z0-9_][a-z0-9_-]{0,254}$/i.test(script)) {
    throw new ConfigError('USAGE', '--script is no name of a Worker.', {
      hint: 'Letters, digits, dashes and underscores, as in the dashboard.',
    });
  }
}

/** What one flag leaves open, a record may say. */
async function fromFlags(world: World, target: NamedTarget): Promise<WorkerName> {
  const { account, script } = target;
  const names = (await recordedNames(world, target)).filter(
    ({ accountId, scriptName }) =>
      (account ?? accountId) === accountId && (script ?? scriptName) === scriptName,
  );
  const [name, other] = names;
  if (name !== undefined && other === undefined) return name;
  if (account !== undefined && script !== undefined) {
    return { accountId: account, scriptName: script, url: null, from: 'the command line' };
  }
  throw new ConfigError(
    'USAGE',
    account === undefined
      ? 'No record tells the account of that Worker.'
      : 'No record tells the name of the Worker.',
    { hint: account === undefined ? 'Add --account=<id>.' : 'Add --script=<name>.' },
  );
}

async function fromRecords(
  world: World,
  target: NamedTarget,
  cause: ConfigError,
): Promise<WorkerName | null> {
  const [name, ...others] = await recordedNames(world, target);
  if (name === undefined || others.length === 0) return name ?? null;
  const names = [name, ...others].map(({ scriptName, accountId }) => `${scriptName} in ${accountId}`);
  throw new ConfigError(
    cause.code,
    `${cause.message} Its records name several Workers: ${names.join(', ')}.`,
    {
      hint: 'Name the Worker with --account and --script.',
      findings: cause.findings,
      cause,
    },
  );
}

/** Workers that the records of the tenant and environment name, the last deployed first. */
async function recordedNames(world: World, { tenant, env }: NamedTarget): Promise<readonly WorkerName[]> {
  const environment = environmentNamed(env);
  const names = new Map<string, WorkerName>();
  for (const stored of await world.records.list(tenant, environment)) {
    const name = nameOf(stored);
    const key = `${name.accountId} ${name.scriptName}`;
    const known = names.get(key);
    if (known === undefined) names.set(key, name);
    else if (known.url === null && name.url !== null) names.set(key, { ...known, url: name.url });
  }
  return [...names.values()];
}

function nameOf({ path, record }: StoredRecord): WorkerName {
  const { accountId, scriptName, url } = record;
  return { accountId, scriptName, url, from: path };
}

/** A Worker of which only the name is known. What needs more of it must not be given this. */
function namedWorker(
  { rootDir }: World,
  { tenant, env, dispatchNamespace }: NamedTarget,
  { accountId, scriptName, url }: WorkerName,
): ResolvedWorker {
  const environment = environmentNamed(env);
  return {
    tenant,
    worker: null,
    environment,
    requestedEnvironment: null,
    accountId,
    accountSubdomain: null,
    scriptName,
    serviceName: scriptName,
    hasEnvironments: environment !== null,
    rootDir,
    tenantDir: rootDir,
    configFile: rootDir,
    build: null,
    assets: null,
    compatibilityDate: '',
    compatibilityFlags: [],
    bindings: [],
    inherited: [],
    secrets: { required: [] },
    keepVars: true,
    migrations: [],
    exports: null,
    settings: {},
    runtime: {},
    triggers: reachableAt(url),
    dispatchNamespace: dispatchNamespace ?? null,
    codeUpdateStrategy: DEFAULT_CODE_UPDATE,
    unsafeMetadata: {},
    // How to tell that it is well is in the files: asked where it was, and judged by nothing but what is plain.
    health: url === null ? false : { ...DEFAULT_HEALTH_CHECK, path: '/' },
    traffic: DEFAULT_TRAFFIC,
    labels: {},
    drift: { ignore: [] },
    origins: {},
    warnings: [],
  };
}

function reachableAt(url: string | null): ResolvedWorker['triggers'] {
  const hostname = url !== null && URL.canParse(url) ? new URL(url).hostname : null;
  if (hostname === null || hostname.endsWith('.workers.dev')) return { workersDev: hostname !== null };
  return { workersDev: false, customDomains: [{ hostname }] };
}
