import { setTimeout as delay } from 'node:timers/promises';
import { join, resolve } from 'node:path';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import { type AccountReads, createAccountReads } from '../cloudflare/account-reads.ts';
import { PUBLIC_BASE_URL, checkBaseUrl } from '../cloudflare/client/base-url.ts';
import { indexSuffixes, type TenantSuffixes } from '../credentials/tenant-variables.ts';
import type { CallReport } from '../cloudflare/client/client.ts';
import { createBuildCache } from '../bundle/build-cache.ts';
import type { BuildCache } from '../bundle/build-context.ts';
import { buildsUntrustedChange } from '../security/untrusted-change.ts';
import { type EnvFiles, openEnvFiles } from '../credentials/dotenv-files.ts';
import { environmentSecrets, indexVariables, type VariablesByEnding } from '../credentials/known-secrets.ts';
import type { LoadedProject } from '../project/load-project-config.ts';
import { openTenants, type TenantCatalog } from '../tenants/catalog.ts';
import { ConfigError } from '../errors.ts';
import { createRedactor, type Redactor } from '../security/redact.ts';
import { Secret } from '../security/secret.ts';
import type { DeployerOptions } from './deployer-options.ts';
import type { DeployEvent } from './events.ts';
import { createRecordStore, type RecordStore } from '../records/file-store.ts';
import { createProxyFetch, proxiesOf, proxyFor, proxySecrets } from './proxy-fetch.ts';
import { createWorkerFetch } from '../health/worker-fetch.ts';
import { shareStore, type SharedStore } from './open-store.ts';
import { projectIdOf } from './project-id.ts';
import { openArtifacts } from './open-artifacts.ts';
import { createBudgets, type Budgets } from './budgets.ts';
import { createResolvedWorkers, type ResolvedWorkers } from './resolved-workers.ts';
import { remember } from '../remember.ts';
import { createGit, type Commit, type Git } from './git.ts';
import { type ReleaseRunner, processRunner } from './runner.ts';
import { compact } from '../json.ts';
import type { Ask } from '../transport/answer.ts';
import { createHttpAsk } from '../transport/http-ask.ts';

/** The options of `createDeployer`, defaults filled in: everything the library may touch. */
export interface World extends Budgets {
  readonly rootDir: string;
  /** Rules that were loaded before. */
  readonly project: LoadedProject | undefined;
  readonly fetch: Ask;
  readonly workerFetch: Ask;
  readonly baseUrl: string;
  /** The proxy that the API is asked through, as it may be shown. */
  readonly proxy: string | null;
  /** Hosts that tokens may be sent to beside Cloudflare's, by the caller's word. */
  readonly apiHosts: readonly string[];
  /** A protected environment may move to another account. */
  readonly acceptAccountChange: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly apiToken: string | undefined;
  /** Unknown fields of the configuration are warnings. */
  readonly lenient: boolean;
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal | undefined;
  readonly emit: (event: DeployEvent) => void;
  readonly onCall: (call: CallReport) => void;
  readonly redactor: Redactor;
  readonly records: RecordStore;
  /** The caller's own store of uploads; null: where the project says. */
  readonly artifacts: ArtifactStore | null;
  readonly git: Git;
  readonly checkStartup: DeployerOptions['checkStartup'];
  /** Whether custom build commands are run. */
  readonly runBuildCommands: boolean;
  readonly runner: ReleaseRunner;
  /** SQLite file that keeps releases, freezes and the calls of tokens. */
  readonly storeFile: string;
  /** It, opened. */
  readonly store: SharedStore;
}

/** What the tenants of one command share. */
export interface CommandScope {
  readonly buildCache: BuildCache;
  /** The checkout, asked for once: with many tenants `git status` adds up. */
  commit(): Promise<Commit | null>;
  /** Rules of the project, loaded once. */
  project(): Promise<LoadedProject>;
  /** What tells this project from others in the same account; null when nothing does. */
  projectId(): Promise<string | null>;
  /** Its tenants, wherever they come from; each source is read once. */
  tenants(): Promise<TenantCatalog>;
  /** Whose variables are whose, among all tenants. */
  suffixes(): Promise<TenantSuffixes>;
  /** The environment's variables by their endings. */
  variables(): VariablesByEnding;
  /** Where tenants' secrets may be. */
  readonly envFiles: EnvFiles;
  /** Uploads of deployed versions. @throws CredentialsError where they are in a bucket that no token was found for */
  artifacts(): Promise<ArtifactStore>;
  /** What was resolved before anything was done. */
  readonly resolved: ResolvedWorkers;
  /** One set of shared reads per account and token. */
  account(accountId: string, token: Secret): AccountReads;
}

/**
 * Fills in the defaults; the only place of the library that looks at the process.
 * @throws ConfigError BASE_URL_REFUSED; USAGE for a variable that names no proxy
 */
export function createWorld(options: DeployerOptions): World {
  const env = options.env ?? process.env;
  const rootDir = resolve(options.root);
  const proxies = options.fetch === undefined ? proxiesOf(env) : null;
  const fetch =
    options.fetch ??
    (proxies === null
      ? createHttpAsk({ keepConnections: true, compressed: true })
      : createProxyFetch(proxies));
  const baseUrl = baseUrlOf(options, env);
  const now = options.now ?? Date.now;
  const redactor = options.redactor ?? createRedactor();
  for (const secret of environmentSecrets(env)) redactor.add(secret);
  for (const secret of proxies === null ? [] : proxySecrets(proxies)) redactor.add(secret);
  if (options.apiToken !== undefined) redactor.add(new Secret(options.apiToken));
  const { logger, onEvent } = options;
  const storeFile = options.storeFile ?? join(rootDir, '.cf-deploy', 'releases.db');
  const sleep = options.sleep ?? sleepFor;
  const emit = (event: DeployEvent): void => {
    if (logger === undefined && onEvent === undefined) return;
    const clean = redactor.value(event);
    logger?.debug(clean, clean.type);
    onEvent?.(clean);
  };
  return {
    rootDir,
    project: options.project,
    fetch,
    workerFetch: options.workerFetch ?? options.fetch ?? createWorkerFetch(proxies),
    baseUrl,
    proxy: proxies === null ? null : proxyFor(baseUrl, proxies),
    apiHosts: apiHosts(options),
    acceptAccountChange: options.acceptAccountChange ?? false,
    env,
    apiToken: options.apiToken,
    lenient: options.lenient ?? false,
    now,
    sleep,
    signal: options.signal,
    emit,
    onCall: (call) => logger?.debug(redactor.value({ ...call }), `${call.method} ${call.purpose}`),
    redactor,
    records: createRecordStore({
      rootDir,
      recordsDir: options.recordsDir ?? join(rootDir, 'deployments'),
      redactor,
      now,
    }),
    artifacts: options.artifacts ?? null,
    git: options.git ?? createGit(rootDir, env),
    checkStartup: options.checkStartup,
    runBuildCommands: options.runBuildCommands ?? !buildsUntrustedChange(env),
    runner: options.runner ?? processRunner(),
    storeFile,
    store: shareStore(storeFile),
    ...createBudgets({ now, sleep, signal: options.signal, emit, storeFile }),
  };
}

function baseUrlOf({ baseUrl }: DeployerOptions, env: World['env']): string {
  const [named] = [env['CLOUDFLARE_API_BASE_URL'], env['CLOUDFLARE_BASE_URL']].flatMap(
    (text) => nonEmpty(text) ?? [],
  );
  return checkBaseUrl(baseUrl ?? named ?? PUBLIC_BASE_URL);
}

function apiHosts({ apiHosts: further = [], baseUrl }: DeployerOptions): readonly string[] {
  return baseUrl === undefined ? further : [...further, new URL(baseUrl).host];
}

/** Makes the shared things of one command. */
export function createScope(world: World): CommandScope {
  const accounts = new Map<string, AccountReads>();
  let tenants: Promise<TenantCatalog> | undefined;
  let suffixes: Promise<TenantSuffixes> | undefined;
  let variables: VariablesByEnding | undefined;
  let commit: Promise<Commit | null> | undefined;
  let projectId: Promise<string | null> | undefined;
  let artifacts: Promise<ArtifactStore> | undefined;
  const envFiles = openEnvFiles(world.rootDir);
  const catalog = (): Promise<TenantCatalog> =>
    (tenants ??= openTenants(world.rootDir, { project: world.project }));
  const openStore = async (): Promise<ArtifactStore> =>
    world.artifacts ?? openArtifacts(world, (await catalog()).project.rules, await envFiles.project());
  return {
    buildCache: createBuildCache(),
    resolved: createResolvedWorkers(),
    commit: () => (commit ??= world.git.commit()),
    project: async () => (await catalog()).project,
    projectId: () => (projectId ??= catalog().then(({ project }) => projectIdOf(project.rules, world.git))),
    tenants: catalog,
    variables: () => (variables ??= indexVariables(world.env)),
    envFiles,
    artifacts: () => (artifacts ??= openStore()),
    suffixes: () => (suffixes ??= catalog().then(async (all) => indexSuffixes(await all.ids().catch(none)))),
    account: (accountId, token) => remember(accounts, `${accountId} ${token.open()}`, createAccountReads),
  };
}

/** Where there are no tenants any more, nobody's variables are in the way. */
function none(error: Error): readonly string[] {
  if (error instanceof ConfigError && error.code === 'ROOT_NOT_FOUND') return [];
  throw error;
}

async function sleepFor(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, compact({ signal })).catch(() => undefined);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}
