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

/** Environment that `env` names, as results have it: null is the top level. Pure. */
export function environmentNamed(env: string | undefined): string | null {
  return env === undefined || env === '' ? null : env;
}
