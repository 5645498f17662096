import type { BuildCache } from './build-cache.ts';

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
   * Environment a custom `build.command` gets, before credentials are taken out.
   * @default process.env
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Names of the tenant's secrets, taken out of that environment whatever they look like. */
  readonly secretNames?: readonly string[];
  /** Stops a custom build command. */
  readonly signal?: AbortSignal;
}
