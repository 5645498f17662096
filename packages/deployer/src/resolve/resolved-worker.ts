import type { WorkerBinding } from '../bindings/binding.ts';
import type { Finding, SourcePlace } from '../findings/finding.ts';
import type { JsonObject } from '../json.ts';
import type { TrafficPlan } from './resolve-traffic.ts';
import type { ScriptSettings } from './schema/setting-fields.ts';

/**
 * Everything known about one tenant in one environment: plain, frozen, JSON-serialisable. Made by `resolveWorker`; no
 * configuration file is read after it exists. The bundler alone reads the sources it names.
 */
export interface ResolvedWorker {
  /** Tenant id: name of the folder under `tenants/`, or `tenantId` of a row or of code. */
  readonly tenant: string;
  /** Name of the shared Worker the tenant takes; null for a Worker of its own. */
  readonly worker: string | null;
  /** Environment as the wrangler file names it (`staging`), or null for the top-level configuration. */
  readonly environment: string | null;
  /** What the user asked for (`stg`), when an alias was resolved. */
  readonly requestedEnvironment: string | null;
  /** `''` while a plain Worker leaves it to its token, which has not been asked yet. */
  readonly accountId: string;
  /** The account's workers.dev subdomain when tenant.config.json declares it (`accountSubdomain`); else null. */
  readonly accountSubdomain: string | null;
  /** Script name in the account: `<name>-<env>` or the environment's explicit name. */
  readonly scriptName: string;
  /** Top-level `name` (wrangler writes it in the `cf:service` tag). */
  readonly serviceName: string;
  /** True when the wrangler file defines any `env` (decides whether `cf:` tags are written). */
  readonly hasEnvironments: boolean;
  /** Absolute folders and files. */
  readonly rootDir: string;
  readonly tenantDir: string;
  readonly configFile: string;
  /** Folders outside the project that files may come from (`allowedRoots` of the project); absolute. */
  readonly allowedRoots?: readonly string[];
  /** Null for an assets-only Worker. */
  readonly build: BuildOptions | null;
  readonly assets: AssetsOptions | null;
  /** Custom build of a Worker without code, which may write its assets; absent otherwise. */
  readonly assetsBuild?: AssetsBuild;
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  /** In the API's vocabulary, without secrets and without what only the upload adds. */
  readonly bindings: readonly WorkerBinding[];
  /**
   * Bindings the file names without saying which resource: each is `{ type: 'inherit' }` in `bindings` and keeps what
   * the live Worker has under that name, which must be of this `type`. Without one there, nothing can be uploaded.
   */
  readonly inherited: readonly { readonly name: string; readonly type: string }[];
  readonly secrets: SecretsDeclaration;
  readonly keepVars: boolean;
  readonly migrations: readonly Migration[];
  /** Declarative exports, as written (`exports` of the wrangler file), or null. */
  readonly exports: Readonly<Record<string, JsonObject>> | null;
  readonly settings: ScriptSettings;
  readonly runtime: RuntimeSettings;
  readonly triggers: Triggers;
  /** Deploys into this Workers for Platforms namespace instead of the account's own scripts. */
  readonly dispatchNamespace: string | null;
  readonly codeUpdateStrategy: JsonObject;
  /** `unsafe.metadata`: top-level keys merged over the upload metadata, as wrangler does. */
  readonly unsafeMetadata: JsonObject;
  readonly health: HealthCheck | false;
  readonly traffic: TrafficPlan;
  readonly labels: Readonly<Record<string, string>>;
  readonly drift: { readonly ignore: readonly string[] };
  /** Path of the wrangler file → place, for messages: `kv_namespaces[0].id`. */
  readonly origins: Readonly<Record<string, Origin>>;
  /** Warnings that did not stop the resolution. */
  readonly warnings: readonly Finding[];
}

/**
 * Where a resolved value comes from: a file of its own; a shared Worker's file (`base`), inherited from its top level
 * (`inherited`), or what differs for the tenant (`overlay`, a row of a `table`, `code`).
 */
export interface Origin {
  readonly from: 'file' | 'default' | 'inherited' | 'project' | 'base' | 'overlay' | 'table' | 'code';
  readonly place?: SourcePlace;
}

/** What the bundler needs. All paths absolute. Names follow the wrangler fields. */
export interface BuildOptions {
  readonly main: string;
  /** Folder of the wrangler file: esbuild's working folder. */
  readonly projectDir: string;
  readonly noBundle: boolean;
  readonly findAdditionalModules: boolean | null;
  readonly baseDir: string | null;
  readonly preserveFileNames: boolean;
  readonly rules: readonly ModuleRule[];
  readonly alias: Readonly<Record<string, string>>;
  readonly define: Readonly<Record<string, string>>;
  readonly minify: boolean;
  readonly keepNames: boolean;
  readonly sourceMaps: boolean | null;
  readonly tsconfig: string | null;
  readonly jsxFactory: string | null;
  readonly jsxFragment: string | null;
  /** Custom build, run before bundling with no deploy credentials in its environment. */
  readonly command: {
    readonly command: string;
    readonly cwd: string;
    readonly watchDir: readonly string[];
  } | null;
  /** Service-worker format only: name → absolute path. */
  readonly wasmModules: Readonly<Record<string, string>>;
  readonly textBlobs: Readonly<Record<string, string>>;
  readonly dataBlobs: Readonly<Record<string, string>>;
  /** Patterns of package names that an upload does not list; `*` is any text. */
  readonly hiddenPackages: readonly string[];
}

/** A custom build that has nothing to bundle. */
export type AssetsBuild = Pick<BuildOptions, 'command' | 'projectDir'>;

/** A module rule of the wrangler file. */
export interface ModuleRule {
  readonly type: 'ESModule' | 'CommonJS' | 'CompiledWasm' | 'Text' | 'Data';
  readonly globs: readonly string[];
  readonly fallthrough: boolean | null;
}

/** Static assets. `directory` is absolute. */
export interface AssetsOptions {
  readonly directory: string;
  readonly binding: string | null;
  /** In the API's names: `html_handling`, `not_found_handling`, `run_worker_first`, `base_path`. */
  readonly config: JsonObject;
}

/** Secrets by name. Values come from the environment when they are needed, never from configuration files in git. */
export interface SecretsDeclaration {
  /** `secrets.required` of the wrangler file and `requiredSecrets` of the tenant, merged. */
  readonly required: readonly string[];
  /** `apiKeys` of the tenant that are not required: known by name, pushed when they have a value here. */
  readonly optional?: readonly string[];
}

/** A Durable Object migration of the wrangler file, in the API's names. */
export interface Migration {
  readonly tag: string;
  readonly new_classes?: readonly string[];
  readonly new_sqlite_classes?: readonly string[];
  readonly renamed_classes?: readonly { readonly from: string; readonly to: string }[];
  readonly deleted_classes?: readonly string[];
  readonly transferred_classes?: readonly {
    readonly from: string;
    readonly from_script: string;
    readonly to: string;
  }[];
}

/** Versioned runtime settings. API names. Undefined: the file does not say. */
export interface RuntimeSettings {
  readonly limits?: JsonObject;
  readonly placement?: JsonObject;
  readonly cache_options?: JsonObject;
}

/** What makes the Worker reachable. Undefined lists: not declared, so a deploy leaves them alone. */
export interface Triggers {
  /** Wanted state of workers.dev: `workers_dev`, else true unless there is any route or custom domain. */
  readonly workersDev: boolean;
  /** `preview_urls` when written; undefined follows the API's default. */
  readonly previewUrls?: boolean;
  readonly routes?: readonly Route[];
  readonly customDomains?: readonly CustomDomain[];
  readonly crons?: readonly string[];
  readonly queueConsumers?: readonly QueueConsumer[];
  /** Workflows whose class is in this script (`PUT /workflows/{name}`). */
  readonly workflows?: readonly WorkflowTrigger[];
}

/** A zone route. */
export interface Route {
  readonly pattern: string;
  readonly zoneId?: string;
  readonly zoneName?: string;
}

/** A custom domain. */
export interface CustomDomain {
  readonly hostname: string;
  readonly zoneId?: string;
  readonly zoneName?: string;
  readonly enabled?: boolean;
  readonly previewsEnabled?: boolean;
}

/** A queue this Worker consumes; settings in the API's names. */
export interface QueueConsumer {
  readonly queue: string;
  readonly type: 'worker' | 'http_pull';
  readonly deadLetterQueue?: string;
  readonly settings: JsonObject;
}

/** An own workflow and what only the workflows endpoint takes; API names in `options`. */
export interface WorkflowTrigger {
  readonly name: string;
  readonly className: string;
  readonly options: JsonObject;
}

/** Where the value of a header comes from. */
export interface SecretHeader {
  readonly secret: string;
  readonly prefix: string;
}

/** How to tell that a version is well. */
export interface HealthCheck {
  /** Path on the Worker's URL. @default '/health' */
  readonly path: string;
  /** Full URL instead of the derived one (custom host); null derives it. */
  readonly url: string | null;
  /** @default [200] */
  readonly expectStatus: readonly number[];
  /** Subset of the JSON answer that must match, dotted path → value; null: the body is not looked at. */
  readonly expectJson: JsonObject | null;
  /**
   * Dotted path in the JSON answer that holds the version id (`version.id`), or a `header:` name; null: the Worker
   * does not tell.
   */
  readonly versionFrom: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Headers whose value is a secret of the tenant, by name of the header; `prefix` goes before it. */
  readonly secretHeaders: Readonly<Record<string, SecretHeader>>;
  /** Of one attempt, ms. */
  readonly timeoutMs: number;
  /** Answers that are not good before giving up. */
  readonly attempts: number;
  /** Good answers in a row that prove a version. */
  readonly successes: number;
  /** After an answer that is not good, ms. */
  readonly intervalMs: number;
  /** Of the whole check, ms. */
  readonly deadlineMs: number;
  /** False when neither the tenant nor the project says anything about health. */
  readonly configured: boolean;
  /** Hosts beside the Worker's own that may be asked, as the project writes them. */
  readonly allowedHosts: readonly string[];
}
