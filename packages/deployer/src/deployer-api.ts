/**
 * The library's face: what every command takes and gives. The CLI prints these results; its `--json` is them unchanged.
 */
import type { Redactor } from './security/redact.ts';
import type { Logger } from 'pino';
import type { WorkerBinding } from './bindings/binding.ts';
import type { Finding } from './findings/finding.ts';
import type { HealthReport } from './health/report.ts';
import type { ResolvedWorker } from './resolve/resolved-worker.ts';
import type { DeployStatus, EndState } from './end-state.ts';
import type { ErrorCode } from './error-codes.ts';
import type { DeployError } from './errors.ts';
import type { InterruptedRun } from './records/interrupted.ts';
import type { ReportedChange } from './sections/meaning.ts';
import type { BeforeTraffic, VerifyBefore } from './plan/before-traffic.ts';
import type { PlannedTraffic } from './plan/traffic.ts';
import type { Strategy } from './shapes/traffic-schema.ts';
import type { GradualSummary } from './store/gradual.ts';
import type { GradualResult } from './commands/pause.ts';
import type { PromoteOptions } from './commands/promote.ts';
import type { AbortOptions } from './commands/abort.ts';
import type { Git } from './session/git.ts';
import type { RolloutRequest } from './shapes/rollout-schema.ts';
import type { ReleaseStatus, ReleaseTarget, RolloutOptions } from './store/release.ts';

export type { EndState } from './end-state.ts';
export type { HealthReport, HealthVerdict } from './health/report.ts';
export type { BeforeTraffic, VerifyBefore } from './plan/before-traffic.ts';
export type { Commit, Git } from './session/git.ts';

/** Options of `createDeployer`. The world is passed in; the defaults are the process's own. */
export interface DeployerOptions {
  /** Folder with `tenants/`. */
  readonly root: string;
  /** Transport of every API call and health check. @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch;
  /** @default CLOUDFLARE_API_BASE_URL, CLOUDFLARE_BASE_URL, else the public API */
  readonly baseUrl?: string;
  /** Further hosts that tokens may be sent to; that of `baseUrl` is one. */
  readonly apiHosts?: readonly string[];
  /** Agrees that a protected environment moves to another account. @default false */
  readonly acceptAccountChange?: boolean;
  /** Environment variables (tokens, secrets, base URL). @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Registry of the secrets of this run, shared with the caller's own output. @default one of its own */
  readonly redactor?: Redactor;
  /**
   * Whether custom build commands are run. @default true, except where CI builds a change that nobody has accepted yet
   * (a pull or merge request, or CF_DEPLOY_UNTRUSTED=1)
   */
  readonly runBuildCommands?: boolean;
  /** Token to use for every tenant, before any other source. */
  readonly apiToken?: string;
  /** Unknown fields of the configuration are warnings instead of errors. @default false */
  readonly lenient?: boolean;
  /** SQLite file that keeps releases, freezes and the calls of tokens. @default `<root>/.cf-deploy/releases.db` */
  readonly storeFile?: string;
  /** Folder of records. @default `<root>/deployments` */
  readonly recordsDir?: string;
  readonly logger?: Logger;
  /** The checkout that is deployed from. @default the git repository of `root` */
  readonly git?: Git;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Waits that many ms; injected so that tests do not. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly onEvent?: (event: DeployEvent) => void;
  /** Aborts whatever runs; what was applied is reverted or named. */
  readonly signal?: AbortSignal;
  /** Names who goes through a release, so that two never do. @default this process of this machine */
  readonly runner?: Runner;
  /**
   * How health checks reach a Worker: given the public URL, the request to send. The default sends it as it is; the
   * embedded Cloudflare is reached through loopback with a Host header.
   */
  readonly workerFetch?: typeof globalThis.fetch;
  /**
   * Starts a bundle in workerd before it is uploaded (`--check-startup`), or leaves it to Cloudflare; none by default.
   * `upload` says what would follow. `version`: Cloudflare starts the code and refuses what does not start, before
   * anything of it is live. `script`: what is uploaded is live at once. Null: only validating.
   */
  readonly checkStartup?: (
    worker: ResolvedWorker,
    bundle: import('./bundle/bundle.ts').Bundle,
    upload: 'version' | 'script' | null,
  ) => Promise<void>;
}

/** Who goes through a release. */
export interface Runner {
  readonly name: string;
  /** Whether the runner of that name may still be at work; a release is only taken over from one that is not. */
  readonly isAlive: (name: string) => boolean;
}

/** Progress, as it happens. Never holds a secret. */
export type DeployEvent =
  | { readonly type: 'tenant-started'; readonly tenant: string; readonly environment: string | null }
  | {
      readonly type: 'stage';
      readonly tenant: string;
      readonly stage:
        'resolve' | 'bundle' | 'read' | 'plan' | 'preflight' | 'apply' | 'health' | 'record' | 'revert';
    }
  | {
      readonly type: 'step';
      readonly tenant: string;
      readonly step: string;
      readonly status: 'started' | 'done' | 'failed' | 'reverted';
      readonly message: string;
    }
  | { readonly type: 'health'; readonly tenant: string; readonly attempt: number; readonly message: string }
  | { readonly type: 'waiting'; readonly tenant: string | null; readonly ms: number; readonly why: string }
  | { readonly type: 'notice'; readonly tenant: string | null; readonly message: string }
  | { readonly type: 'tenant-finished'; readonly tenant: string; readonly status: string };

/** One tenant in one environment. `env` '': the top level; undefined: likewise, but refused where there are environments. */
export interface Target {
  readonly tenant: string;
  readonly env?: string;
  /** Which of the tenant's Workers, when it has several. */
  readonly worker?: string;
  /** Into this Workers for Platforms namespace instead of the account's own scripts. */
  readonly dispatchNamespace?: string;
}

/**
 * One tenant whose Worker can be named by hand, for when its files do not resolve. What is left out is taken from the
 * files, else from the last deployment record of the tenant and environment.
 */
export interface NamedTarget extends Target {
  /** Account id. Given, or `script` given: the files are not read. */
  readonly account?: string;
  /** Name of the Worker in the account. */
  readonly script?: string;
}

/** Many tenants. Undefined lists: every tenant. */
export interface Selection {
  readonly env?: string;
  readonly only?: readonly string[];
  readonly exclude?: readonly string[];
  /** Conditions on labels, all of which must hold: `tier=gold`, `region!=eu`, `beta`, `!beta`. */
  readonly labels?: readonly string[];
  /** Only targets whose inputs differ from this git ref: code, files, row, lockfile. */
  readonly changedSince?: string;
  /** Only targets that failed in the last release of this environment. */
  readonly failed?: boolean;
  /** Only the Worker of that name of tenants that have several. */
  readonly worker?: string;
}

export interface DeployOptions {
  /** Upload even when nothing changed. */
  readonly force?: boolean;
  /** False skips the health checks. @default true */
  readonly verify?: boolean;
  /**
   * Puts the new version beside the live one with 0 % of the traffic and asks it there first, where Cloudflare allows: one
   * write more. `auto`: where a configured check tells which version answered; `always`: also where it does not.
   * @default 'never'
   */
  readonly verifyBefore?: VerifyBefore;
  readonly message?: string;
  readonly tag?: string;
  /** How the new version gets its traffic. @default `traffic.strategy` of the files, else 'at-once' */
  readonly strategy?: Strategy;
  /** Ends a split of the traffic over two versions that somebody left; without it such a deploy is refused. @default false */
  readonly takeOverSplit?: boolean;
  /** Takes over custom domains and routes that belong to others. @default false */
  readonly takeOver?: boolean;
  /**
   * Asked once with the plan, before its first step; false stops it. What was shown is what runs. Not asked when there
   * is nothing to do.
   */
  readonly confirm?: (plan: PlanResult) => Promise<boolean>;
}

export interface FleetOptions {
  /** Tenants at once. @default 1 for deploys, 4 for what only reads */
  readonly parallel?: number | undefined;
  readonly continueOnError?: boolean;
}

/** How a release goes through its targets; what is left out is as `rollout` of the project says, else the default. */
export type ReleaseOptions = RolloutRequest & {
  /** Reads every target one by one, whatever the account's lists say. @default false */
  readonly full?: boolean;
};

/** A release in short. Times are ISO 8601. */
export interface ReleaseSummary {
  readonly id: string;
  readonly kind: 'deploy' | 'rollback';
  readonly environment: string | null;
  readonly status: ReleaseStatus;
  /** Why it is paused or ended. */
  readonly why: string | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly by: string | null;
  readonly commit: string | null;
  readonly message: string | null;
  /** The release this one takes back. */
  readonly of: string | null;
  /** Targets by state: `{ done: 38, failed: 2 }`. */
  readonly targets: Readonly<Record<string, number>>;
  /** It waits at a manual gate: going on is a decision, nothing is wrong. */
  readonly atGate: boolean;
}

/** A release and each of its targets. */
export interface ReleaseResult extends ReleaseSummary {
  readonly rollout: RolloutOptions;
  readonly members: readonly ReleaseTarget[];
}

/** What a release came to in this run. */
export interface ReleaseRun extends FleetResult<DeployResult> {
  /** Null when the selection left nothing to do. */
  readonly release: ReleaseSummary | null;
  readonly releaseId: string | null;
  /** API calls of all tokens, those before the first target too. */
  readonly budget: BudgetReport;
}

/** What the calls of a release were expected to cost and did. */
export interface BudgetReport {
  /** Targets that the account's lists could tell are unchanged, so that nobody asked them. */
  readonly skippedBySweep: number;
  /** What those lists cannot show, by name. */
  readonly notLookedAt: readonly string[];
  readonly estimatedCalls: number;
  /** Seconds those calls take at the pace that the limit allows for long. */
  readonly estimatedSeconds: number;
  readonly calls: number;
}

/** A freeze as it is kept. */
export interface FreezeResult {
  readonly environment: string;
  /** ISO 8601; null: lifted. */
  readonly until: string | null;
  readonly why: string | null;
  /** Of a lift: whether there was one. */
  readonly changed: boolean;
}

export interface DriftOptions {
  /** Compare the live code itself, module by module, beside its digest. One call more for each tenant. */
  readonly deep?: boolean;
}

export interface ValidateResult {
  readonly tenant: string;
  readonly environment: string | null;
  readonly scriptName: string | null;
  readonly findings: readonly Finding[];
  readonly valid: boolean;
}

/** A step of a plan, as data. */
export interface PlannedStep {
  readonly kind: string;
  /** One line for people. */
  readonly description: string;
  readonly destructive: boolean;
  /** API calls it needs. */
  readonly calls: number;
}

export interface PlanResult {
  readonly tenant: string;
  readonly environment: string | null;
  readonly accountId: string;
  readonly scriptName: string;
  readonly url: string | null;
  readonly action: 'create' | 'update' | 'none';
  readonly upload: 'version' | 'script' | 'none';
  /** Whether the new version is asked before it has traffic, and if not, why. */
  readonly beforeTraffic: BeforeTraffic;
  /** How the new version gets its traffic, and why not gradually, where that was asked for. */
  readonly traffic: PlannedTraffic;
  /** Differences that the steps bring about. */
  readonly changes: readonly ReportedChange[];
  /** Differences that a deploy leaves as they are: the files do not declare them. */
  readonly left: readonly ReportedChange[];
  /** Differences that `drift.ignore` leaves to others. */
  readonly ignored: readonly { readonly path: string; readonly rule: string }[];
  /** Parts that could not be compared, and why. */
  readonly unknown: readonly { readonly section: string; readonly why: string }[];
  readonly steps: readonly PlannedStep[];
  readonly findings: readonly Finding[];
  readonly bundle: {
    readonly digest: string;
    readonly rawBytes: number;
    readonly gzipBytes: number;
    readonly modules: number;
  } | null;
  /** Live versions when the plan was made. */
  readonly basedOn: { readonly deploymentId: string | null; readonly versionId: string | null };
  /** Whether one can go back after this, and if not, why. */
  readonly reversible: { readonly possible: boolean; readonly why: string | null };
  /** Calls spent making the plan, and the estimate for running it. */
  readonly calls: { readonly spent: number; readonly estimated: number };
}

export interface DeployResult {
  readonly tenant: string;
  readonly environment: string | null;
  readonly accountId: string;
  readonly scriptName: string;
  readonly url: string | null;
  readonly status: DeployStatus;
  readonly endState: EndState;
  readonly previousVersionId: string | null;
  readonly versionId: string | null;
  readonly changes: readonly ReportedChange[];
  /** Differences that were left as they are: the files do not declare them. */
  readonly left: readonly ReportedChange[];
  /** Earlier runs that were killed, and what of them was found. */
  readonly interrupted: readonly InterruptedRun[];
  readonly steps: readonly { readonly kind: string; readonly description: string; readonly status: string }[];
  /** What a failed deploy left behind, by name. */
  readonly leftovers: readonly string[];
  readonly health: HealthReport;
  /** Where the gradual deploy stands that this was, began or ended; null when it was none. */
  readonly gradual: GradualSummary | null;
  readonly calls: number;
  readonly durationMs: number;
  /** When the API says the live deployment was made, ISO 8601; only where it was read after the last step. */
  readonly deployedAt?: string;
  /** Path of the record, relative to the root; null when none was written. */
  readonly record: string | null;
  /** Why the record could not be finished, so that what it says is old; null when it could. */
  readonly recordError: string | null;
  readonly error: ReturnType<DeployError['toJSON']> | null;
}

export interface FleetResult<T> {
  readonly environment: string | null;
  readonly results: readonly (T & { readonly tenant: string })[];
  /** About the project as a whole: its sources of tenants, and targets that get in each other's way. Of `validate`. */
  readonly findings?: readonly Finding[];
  readonly summary: Readonly<Record<string, number>>;
  readonly calls: number;
  readonly durationMs: number;
  readonly record: string | null;
  /** Why there is no record of a run that should have one. */
  readonly recordError?: string;
}

export interface DriftResult {
  readonly tenant: string;
  readonly environment: string | null;
  readonly scriptName: string;
  /**
   * `clean`: everything was compared and nothing differs. `unknown`: nothing differs of what could be compared.
   */
  readonly outcome: 'clean' | 'drifted' | 'unknown';
  readonly drifted: boolean;
  /** From what is live to what the files say; `owned` tells whether a deploy would put it back. */
  readonly changes: readonly ReportedChange[];
  readonly ignored: readonly { readonly path: string; readonly rule: string }[];
  /** Sections that could not be compared, and why. */
  readonly unknown: readonly { readonly section: string; readonly why: string }[];
  /** What else is to be known: a version without traffic, code that is the same but for comments. */
  readonly notices: readonly string[];
  readonly provenance: {
    readonly versionId: string | null;
    readonly author: string | null;
    readonly source: string | null;
    readonly at: string | null;
  } | null;
  readonly calls: number;
  readonly error: ReturnType<DeployError['toJSON']> | null;
}

export interface StatusResult {
  readonly tenant: string;
  readonly environment: string | null;
  readonly scriptName: string;
  readonly url: string | null;
  readonly exists: boolean;
  readonly deployment: {
    readonly id: string;
    readonly createdOn: string;
    readonly author: string | null;
    readonly source: string | null;
    readonly versions: readonly { readonly versionId: string; readonly percentage: number }[];
  } | null;
  /** Where it is a script of a dispatch namespace, which has no versions. */
  readonly dispatchNamespace: string | null;
  /** Where the last gradual deploy stands that is known here. */
  readonly gradual: GradualSummary | null;
  /** The newest version, when it was uploaded and has no traffic. */
  readonly undeployed: {
    readonly versionId: string;
    readonly createdOn: string | null;
    readonly author: string | null;
  } | null;
  readonly health: HealthReport;
  readonly lastRecord: {
    readonly path: string;
    readonly status: string;
    readonly finishedAt: string | null;
  } | null;
  readonly error: ReturnType<DeployError['toJSON']> | null;
}

export interface VersionEntry {
  readonly versionId: string;
  readonly number: number;
  readonly createdOn: string;
  readonly author: string | null;
  readonly source: string | null;
  readonly message: string | null;
  readonly tag: string | null;
  readonly commit: string | null;
  /** Share of live traffic, percent; 0 when not deployed. */
  readonly percentage: number;
  /** Whether it can be rolled back to, and why not. */
  readonly deployable: { readonly possible: boolean; readonly why: string | null };
}

export interface VersionsResult {
  readonly tenant: string;
  readonly environment: string | null;
  readonly scriptName: string;
  /** Where the last gradual deploy stands that is known here. */
  readonly gradual: GradualSummary | null;
  readonly versions: readonly VersionEntry[];
}

export interface RollbackOptions {
  /**
   * Version to go back to.
   * @default the last one that had all traffic, is another release than the live one, and was not found or left sick
   */
  readonly versionId?: string;
  /** Instead of `versionId`: the newest version made from this commit; its beginning does, seven digits or more. */
  readonly commit?: string;
  readonly message?: string;
  /** Roll back although a secret changed since. */
  readonly force?: boolean;
  readonly verify?: boolean;
}

export interface SecretsListResult {
  readonly tenant: string;
  readonly environment: string | null;
  readonly scriptName: string;
  readonly secrets: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly present: boolean;
  }[];
  /** Of a change: what is live now. */
  readonly endState?: EndState;
  /** Of a change: path of its record, relative to the root. */
  readonly record?: string | null;
  /** Of a change: why its record could not be finished; null when it could. */
  readonly recordError?: string | null;
}

export interface DoctorCheck {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly message: string;
  /** Of the error that made the check fail; null when none did. */
  readonly code: ErrorCode | null;
  readonly hint: string | null;
}

export interface DoctorResult {
  readonly checks: readonly DoctorCheck[];
  readonly ok: boolean;
}

export interface ConfigResult {
  readonly tenant: string;
  readonly environment: string | null;
  readonly worker: ResolvedWorker;
  readonly bindings: readonly WorkerBinding[];
}

export interface BuildResult {
  readonly tenant: string;
  readonly environment: string | null;
  readonly outdir: string;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly digest: string;
  readonly size: { readonly raw: number; readonly gzip: number };
  readonly warnings: readonly string[];
}

/**
 * Deploys, verifies, diffs and rolls back. Every method throws a {@link DeployError}, except the `…All` ones, which
 * report a tenant's failure in its result. `deploy` throws for errors before the first write and returns
 * `status: 'failed'` or `'rolled-back'` (with `error`) after it.
 */
export interface Deployer {
  tenants(): Promise<readonly string[]>;
  /** Names of a tenant's Workers in the order of a deploy; none for a tenant with one Worker. */
  workers(target: Target): Promise<readonly string[]>;
  validate(target: Target): Promise<ValidateResult>;
  validateAll(selection: Selection): Promise<FleetResult<ValidateResult>>;
  plan(target: Target & DeployOptions): Promise<PlanResult>;
  planAll(
    selection: Selection & DeployOptions & FleetOptions,
  ): Promise<FleetResult<PlanResult | FailedTenant>>;
  deploy(target: Target & DeployOptions): Promise<DeployResult>;
  /** Deploys many: a release, which is kept and can be resumed. */
  deployAll(selection: Selection & DeployOptions & FleetOptions & ReleaseOptions): Promise<ReleaseRun>;
  /** Releases known on this machine, newest first. */
  releases(options?: { readonly env?: string; readonly limit?: number }): Promise<readonly ReleaseSummary[]>;
  /** @throws ConfigError RELEASE_UNKNOWN */
  release(id: string): Promise<ReleaseResult>;
  /** Lets what is under way end, and begins nothing further. @throws ConfigError RELEASE_UNKNOWN, USAGE */
  pauseRelease(id: string): Promise<ReleaseSummary>;
  /** Ends a release for good; what is deployed stays. @throws ConfigError RELEASE_UNKNOWN, USAGE */
  abortRelease(id: string): Promise<ReleaseSummary>;
  /**
   * Does what is left of a release: the newest unfinished one unless one is named.
   * @throws ConfigError RELEASE_UNKNOWN; RELEASE_ELSEWHERE when it was begun in another folder or is being run
   */
  resume(
    options?: { readonly id?: string; readonly env?: string } & Pick<DeployOptions, 'confirm'>,
  ): Promise<ReleaseRun>;
  /**
   * Puts every target that a release changed back to what it ran before, in reverse waves.
   * @throws ConfigError RELEASE_UNKNOWN, RELEASE_ELSEWHERE
   */
  rollbackRelease(
    options: { readonly id: string } & Pick<RollbackOptions, 'force' | 'message' | 'verify'> & FleetOptions,
  ): Promise<ReleaseRun>;
  /** Refuses deploys to an environment until a time (ISO 8601). Rollbacks are not refused. */
  freeze(options: {
    readonly env: string;
    readonly until: string;
    readonly why: string;
  }): Promise<FreezeResult>;
  /** Lifts a freeze before its time. */
  thaw(options: { readonly env: string }): Promise<FreezeResult>;
  drift(target: Target & DriftOptions): Promise<DriftResult>;
  driftAll(selection: Selection & FleetOptions & DriftOptions): Promise<FleetResult<DriftResult>>;
  status(target: NamedTarget): Promise<StatusResult>;
  statusAll(selection: Selection & FleetOptions): Promise<FleetResult<StatusResult>>;
  versions(target: NamedTarget): Promise<VersionsResult>;
  rollback(target: NamedTarget & RollbackOptions): Promise<DeployResult>;
  /**
   * Goes on with a gradual deploy: the steps that are left, or all traffic at once.
   * @throws ConfigError GRADUAL_UNKNOWN; ConflictError when somebody else moved the traffic, or goes through it now
   */
  promote(target: NamedTarget & PromoteOptions): Promise<DeployResult>;
  /** Lets a gradual deploy stand as it is until somebody goes on with it. @throws ConfigError GRADUAL_UNKNOWN */
  pause(target: NamedTarget): Promise<GradualResult>;
  /** Gives all traffic back to the old version. @throws ConfigError GRADUAL_UNKNOWN; ConflictError */
  abort(target: NamedTarget & AbortOptions): Promise<DeployResult>;
  secrets: {
    list(target: Target): Promise<SecretsListResult>;
    put(target: Target & { readonly name: string; readonly value: string }): Promise<SecretsListResult>;
    /** Puts every required secret that has a value in the environment or env files. */
    push(target: Target): Promise<SecretsListResult>;
    delete(target: Target & { readonly name: string }): Promise<SecretsListResult>;
  };
  doctor(target: Partial<Target>): Promise<DoctorResult>;
  config(target: Target): Promise<ConfigResult>;
  build(target: Target & { readonly outdir: string }): Promise<BuildResult>;
}

/** A tenant that failed before there was a result of its own kind. */
export interface FailedTenant {
  readonly tenant: string;
  readonly environment: string | null;
  readonly error: ReturnType<DeployError['toJSON']>;
}
