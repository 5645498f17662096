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
  /** Their Workers are in this Workers for Platforms namespace instead of among the account's own. */
  readonly dispatchNamespace?: string;
}

/** Where the targets of a selection are. */
export type Place = Pick<Selection, 'env' | 'dispatchNamespace'>;
