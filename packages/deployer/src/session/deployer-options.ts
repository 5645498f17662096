import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { Git } from './git.ts';
import type { LoadedProject } from '../project/load-project-config.ts';
import type { Redactor } from '../security/redact.ts';
import type { Logger } from 'pino';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { ReleaseRunner } from './runner.ts';
import type { DeployEvent } from './events.ts';

/** Options of `createDeployer`. The world is passed in; the defaults are the process's own. */
export interface DeployerOptions {
  /** Folder with `tenants/`. */
  readonly root: string;
  /** The project's rules, where they were loaded already; they then hold for every command. @default each loads them */
  readonly project?: LoadedProject;
  /** Transport of every API call and health check. @default Node's HTTP client, through the proxies of `env` */
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
  /** Where the uploads of deployed versions are kept. @default the folder `<root>/.cf-deploy/artifacts` */
  readonly artifacts?: ArtifactStore;
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
  readonly runner?: ReleaseRunner;
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
    bundle: Bundle,
    upload: 'version' | 'script' | null,
  ) => Promise<void>;
}
