import { ConfigError } from '../errors.ts';
import type { Finding } from '../findings/finding.ts';
import type { ProjectRules } from '../project/project-config.ts';
import { resolveWorker } from '../resolve/resolve-worker.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import { learnSecrets } from '../session/learn-secrets.ts';
import { resolveOptions } from '../session/resolve-options.ts';
import type { CommandScope, World } from '../session/world.ts';
import { dataKey, dataOf, type DataResource } from '../teardown/data.ts';

/** One Worker of one tenant in one environment, by name. */
export interface Claimant {
  readonly tenant: string;
  readonly worker: string | null;
  readonly environment: string | null;
}

/** What the files of the whole project claim, in every environment. */
export interface ProjectClaims {
  /** `<account> <script>` → who has it. */
  readonly scripts: ReadonlyMap<string, readonly Claimant[]>;
  /** Accounts that any target names, each with a target in it. */
  readonly accounts: ReadonlyMap<string, Claimant>;
  /** Who binds a resource, by `dataKey`. */
  readonly data: ReadonlyMap<string, readonly Claimant[]>;
  /** Ids of tenants. */
  readonly tenants: ReadonlySet<string>;
  /** Tenants of which not everything is known, and why: whatever nobody else claims may be theirs. */
  readonly unresolved: ReadonlyMap<string, string>;
  /** What is wrong with the sources of tenants: a row that cannot be read may be anybody. */
  readonly broken: readonly Finding[];
}

/** Resolves every target of the project. Nothing is sent. */
export async function readClaims(world: World, scope: CommandScope): Promise<ProjectClaims> {
  const catalog = await scope.tenants();
  const ids = await catalog.ids();
  const scripts = new Map<string, Claimant[]>();
  const data = new Map<string, Claimant[]>();
  const accounts = new Map<string, Claimant>();
  const unresolved = new Map<string, string>();
  const claim = (worker: ResolvedWorker): void => {
    const claimant = claimantOf(worker);
    add(scripts, scriptKey(worker.accountId, worker.scriptName), claimant);
    if (worker.accountId !== '' && !accounts.has(worker.accountId.toLowerCase()))
      accounts.set(worker.accountId.toLowerCase(), claimant);
    for (const resource of dataOf(worker)) add(data, dataKey(worker.accountId, resource), claimant);
  };
  for (const tenant of ids) {
    try {
      for (const worker of await allOf(world, scope, tenant, unresolved)) claim(worker);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      unresolved.set(tenant, error.message);
    }
  }
  const broken = [...catalog.project.findings, ...(await catalog.findings())];
  const errors = broken.filter(({ severity }) => severity === 'error');
  return { scripts, accounts, data, tenants: new Set(ids), unresolved, broken: errors };
}

/** Every Worker of a tenant in every environment of its file. */
export async function allOf(
  world: World,
  scope: CommandScope,
  tenant: string,
  unresolved: Map<string, string>,
): Promise<readonly ResolvedWorker[]> {
  await learnSecrets(world, scope, { tenant }).catch((error: unknown) => {
    if (!(error instanceof ConfigError)) throw error;
  });
  const found: ResolvedWorker[] = [];
  for (const name of await (await scope.tenants()).workers(tenant)) {
    const target = { tenant, ...(name === null ? {} : { worker: name }) };
    const top = await resolveWorker(await resolveOptions(world, scope, { ...target, env: '' }));
    const others = [];
    for (const env of top.environments)
      others.push(await resolveWorker(await resolveOptions(world, scope, { ...target, env })));
    for (const { worker, findings } of [top, ...others]) {
      if (worker !== null) found.push(worker);
      else unresolved.set(tenant, findings.find(({ severity }) => severity === 'error')?.message ?? '');
    }
  }
  return found;
}

/** How scripts are known: Cloudflare does not tell their names apart by case. */
export function scriptKey(accountId: string, scriptName: string): string {
  return `${accountId.toLowerCase()} ${scriptName.toLowerCase()}`;
}

/** Who a resolved Worker is. */
export function claimantOf({ tenant, worker, environment }: ResolvedWorker): Claimant {
  return { tenant, worker, environment };
}

/** `acme/api (staging)`. */
export function claimantName({ tenant, worker, environment }: Claimant): string {
  const of = worker === null ? tenant : `${tenant}/${worker}`;
  return environment === null ? of : `${of} (${environment})`;
}

/**
 * Says of each resource of a Worker why it must stay, or null: others bind it, it is shared on purpose, or somebody may
 * bind it whose files cannot be read.
 *
 * @param gone targets that are destroyed already
 */
export function keepsData(
  claims: ProjectClaims,
  rules: Pick<ProjectRules, 'sharedResources' | 'workers'>,
  { worker, gone }: { readonly worker: ResolvedWorker; readonly gone: ReadonlySet<string> },
): (resource: DataResource, aliases: readonly string[]) => string | null {
  const own = claimantName(claimantOf(worker));
  const shared = new Set(rules.sharedResources ?? []);
  const onPurpose = sharedOnPurpose(worker, rules);
  return (resource, aliases) => {
    const names = [...new Set([resource.id, ...aliases])];
    const keys = names.map((id) => dataKey(worker.accountId, { ...resource, id }));
    if (names.some((name) => shared.has(name)) || keys.some((key) => onPurpose.has(key)))
      return 'it is declared shared';
    const others = keys
      .flatMap((key) => claims.data.get(key) ?? [])
      .map(claimantName)
      .filter((name) => name !== own && !gone.has(name));
    if (others.length > 0) return `${[...new Set(others)].slice(0, 5).join(', ')} has it too`;
    const [unread] = claims.unresolved.keys();
    if (unread !== undefined && unread !== worker.tenant)
      return `nobody knows whether ${unread} has it too: its files cannot be resolved`;
    return claims.broken.length > 0
      ? 'nobody knows whether others have it too: a source of tenants cannot be read'
      : null;
  };
}

function sharedOnPurpose(
  worker: ResolvedWorker,
  { workers }: Pick<ProjectRules, 'workers'>,
): ReadonlySet<string> {
  const declared = worker.worker === null ? undefined : workers?.[worker.worker];
  const names = typeof declared === 'object' ? (declared.shared ?? []) : [];
  const bindings = worker.bindings.filter(({ name }) => names.includes(name));
  const resources = dataOf({ ...worker, bindings, triggers: { workersDev: false } });
  return new Set(resources.map((resource) => dataKey(worker.accountId, resource)));
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
