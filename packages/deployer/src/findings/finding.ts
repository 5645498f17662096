/** A place in a configuration file. Lines and columns count from 1. */
export interface SourcePlace {
  /** Path relative to the project root, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Length in characters of the text meant, for the code frame. */
  readonly length?: number;
}

/** One thing wrong, or doubtful, with the configuration. */
export interface Finding {
  readonly severity: 'error' | 'warning' | 'info';
  /** Stable rule name, kebab-case: `unknown-field`, `duplicate-binding`. */
  readonly code: string;
  /** Dotted path in the file: `env.staging.kv_namespaces[0].id`. */
  readonly path: string;
  readonly place?: SourcePlace;
  /** What is wrong: the thing, the rule, the value (never a secret). */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** The source line with what is meant underlined; compile errors have one. */
  readonly frame?: string;
}
