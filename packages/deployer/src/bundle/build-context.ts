import type { Bundle } from './bundle.ts';

/** Bundles of one run, shared by the tenants whose source and build options are the same. */
export interface BuildCache {
  /** The bundle of that key, building it on first demand; callers at the same time share one build, and its failure. */
  get(key: string, build: () => Promise<Bundle>): Promise<Bundle>;
  /** Builds really run. */
  readonly builds: number;
  /** Demands answered by a build of another caller. */
  readonly shared: number;
}

/** What a build depends on beside its {@link BuildOptions}. */
export interface BuildContext {
  /** `YYYY-MM-DD`. */
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  /** Absolute folder with `tenants/`: places in messages and names of shared sources are relative to it. */
  readonly rootDir: string;
  /** Absolute folders outside the root that files may come from. @default none */
  readonly allowedRoots?: readonly string[];
  /** Shares builds between tenants of one run. */
  readonly cache?: BuildCache;
  /**
   * Inlined as `process.env.NODE_ENV`. Passed in, not read from the machine, so that a build is the same everywhere.
   * @default 'production'
   */
  readonly nodeEnv?: string;
  /**
   * Environment from which a custom `build.command` gets what every program needs.
   * @default process.env
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Further variables of that environment it gets, unless they are named like credentials. */
  readonly buildVariables?: readonly string[];
  /** Names of the tenant's secrets, which it never gets. */
  readonly secretNames?: readonly string[];
  /** False: a Worker with a custom command is refused with BUILD_NOT_RUN. @default true */
  readonly runCommand?: boolean;
  /** Hides secrets in the command's output. */
  readonly clean?: (text: string) => string;
  /** Stops a custom build command. */
  readonly signal?: AbortSignal;
  /** Called once esbuild has been given its work, in another process: what takes time here costs nothing then. */
  readonly onCompiling?: () => void;
}
