import { createAccountReads, type AccountReads } from '../cloudflare/account-reads.ts';
import { openSession, type ApiSession } from '../cloudflare/client/client.ts';
import { resolveWorkerOrThrow } from '../resolve/resolve-worker.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import { resolveSecret, type ValueSources } from '../credentials/resolve.ts';
import type { Secret } from '../security/secret.ts';
import type { Target } from './target.ts';
import { checkAccountChange } from './account/account-change.ts';
import { checkApiHost } from './account/api-host.ts';
import { chooseToken } from './account/choose-token.ts';
import { connectionOf } from './account/connection.ts';
import { onlyAccount } from './account/only-account.ts';
import { withDatabaseIds } from './database-ids.ts';
import { learnSecrets, secretNamesOf } from './learn-secrets.ts';
import { resolveOptions } from './resolve-options.ts';
import type { CommandScope, World } from './world.ts';

/** One tenant in one environment, ready to talk to its account. */
export interface TenantContext {
  readonly world: World;
  readonly scope: CommandScope;
  readonly worker: ResolvedWorker;
  readonly api: ApiSession;
  /** The same account, not stopped by the caller's signal: for undoing and for looking at what happened. */
  readonly recovery: ApiSession;
  readonly account: AccountReads;
  /** Workers that wait for this one to be there: a first upload does without their services. @default none */
  readonly notYet?: readonly string[];
  /** Value of a secret from the environment or the tenant's files. */
  readonly secretValue: (name: string) => Secret | undefined;
  /** Calls spent by both sessions. */
  calls(): number;
}

/**
 * Resolves a tenant's files and credentials and opens its account. Only ids of databases that the files name are asked for.
 * @throws ConfigError for its files, CredentialsError without a usable token
 */
export async function openTenant(world: World, scope: CommandScope, target: Target): Promise<TenantContext> {
  const context = await openWorker(world, scope, await resolveTarget(world, scope, target));
  return { ...context, worker: await withDatabaseIds(context.worker, context.api.reader, context.account) };
}

/**
 * Opens the account of a Worker. Nothing is sent, but to find out the account of a Worker that names none.
 * @throws CredentialsError without a usable token
 */
export async function openWorker(
  world: World,
  scope: CommandScope,
  named: ResolvedWorker,
): Promise<TenantContext> {
  await checkApiHost(world, scope, named.tenant);
  const sources = await readSources(world, scope, named);
  const token = await chooseToken(world, named, sources);
  const connection = connectionOf(world, token, named.tenant);
  const accountId =
    named.accountId === ''
      ? await onlyAccount(
          scope.account('', token),
          openSession({ ...connection, accountId: '' }).reader,
          (await scope.project()).rules,
        )
      : named.accountId;
  const resolved = named.accountId === '' ? { ...named, accountId } : named;
  const shared = { ...connection, accountId };
  const api = openSession({ ...shared, signal: world.signal });
  const recovery = openSession(shared);
  return {
    world,
    scope,
    worker: resolved,
    api,
    recovery,
    account: scope.account(resolved.accountId, token),
    secretValue: (name) => {
      const secret = resolveSecret(sources, name);
      if (secret !== undefined) world.redactor.add(secret);
      return secret;
    },
    calls: () => api.calls() + recovery.calls(),
  };
}

/**
 * As {@link openTenant}, for a command that changes something.
 * @throws ConfigError ACCOUNT_CHANGED
 */
export async function openTenantForChange(
  world: World,
  scope: CommandScope,
  target: Target,
): Promise<TenantContext> {
  // Asked for now, so that git answers while the files are resolved.
  void scope.commit();
  const context = await openTenant(world, scope, target);
  await checkAccountChange(context, 'change');
  return context;
}

/** The tenant's files, resolved, by this command once. @throws ConfigError */
export async function resolveTarget(
  world: World,
  scope: CommandScope,
  target: Target,
): Promise<ResolvedWorker> {
  const known = scope.resolved.find(target);
  if (known !== undefined) return known.worker;
  await learnSecrets(world, scope, { tenant: target.tenant });
  const found = await resolveWorkerOrThrow(await resolveOptions(world, scope, target));
  const { worker } = found;
  await learnSecrets(world, scope, { tenant: worker.tenant, names: secretNamesOf(worker) });
  scope.resolved.keep(target, found);
  return worker;
}

/** Where the tenant's token and secrets are looked for. */
export async function readSources(
  world: World,
  scope: CommandScope,
  { tenant, environment }: Pick<ResolvedWorker, 'tenant' | 'environment'>,
): Promise<ValueSources> {
  const [files, suffixes, { rules }] = await Promise.all([
    scope.envFiles.nearest(tenant, environment),
    scope.suffixes(),
    scope.project(),
  ]);
  return { tenant, environment, suffixes, files, env: world.env, allowedSecrets: rules.allowedSecrets ?? [] };
}

/** The same context, for which these scripts of its account are there: the same run deploys them before. */
export function expecting(context: TenantContext, scripts: ReadonlySet<string>): TenantContext {
  const { account } = context;
  const exists: AccountReads['exists'] = async (reader, target) =>
    (target.kind === 'worker' && scripts.has(target.id)) || account.exists(reader, target);
  return { ...context, account: { ...account, exists } };
}

/** Shared reads that remember nothing from before: for looking again after a change. */
export function freshReads(): AccountReads {
  return createAccountReads();
}
