import type { SourceDocument } from '../documents/source-document.ts';
import type { Finding, SourcePlace } from '../findings/finding.ts';

/** A tenant's definition as read: parsed, not yet checked. */
export interface ReadDefinition {
  /** Null when it cannot be parsed. */
  readonly document: SourceDocument | null;
  readonly findings: readonly Finding[];
}

/** One tenant as its source lists it. */
export interface TenantEntry {
  readonly kind: 'tenant';
  readonly id: string;
  /** `plain`: a project of one Worker, without a definition of ours. */
  readonly from: 'folder' | 'table' | 'code' | 'plain';
  /** Absolute folder of its own wrangler file. @default `tenants/<id>` */
  readonly dir?: string;
  /** Where its id stands. */
  readonly place: SourcePlace;
  /** Reads the definition; for a row, it is kept as text until it is asked for. */
  readonly read: () => Promise<ReadDefinition>;
}

/** Something in a source that is no tenant: a row that cannot be parsed, or that names none. */
export interface SourceProblem {
  readonly kind: 'problem';
  readonly finding: Finding;
}

/** Where tenants come from. Folders, tables and code are the three there are. */
export interface TenantSource {
  /** As messages call it: `tenants/`, `tenants.csv`, `cf-deploy.config.ts`. */
  readonly name: string;
  /**
   * Lists what is there, in its order, without holding it all; some at a time, because to wait for each of ten thousand
   * takes longer than to read them.
   */
  readonly entries: () => AsyncIterable<readonly (TenantEntry | SourceProblem)[]>;
}

/** What is found one by one, as a source gives it. */
export async function* oneByOne<T>(items: AsyncIterable<T>): AsyncIterable<readonly T[]> {
  for await (const item of items) yield [item];
}

/** Limits on what is read from a table or from code. A table is untrusted input: a pull request may bring it. */
export interface SourceLimits {
  /** Bytes of one row. */
  readonly rowBytes: number;
  readonly tenants: number;
  /** Bytes of a table. */
  readonly tableBytes: number;
  /** ms to wait for the next tenant of an iterable. */
  readonly nextMs: number;
  /** ms for all tenants of an iterable. */
  readonly allMs: number;
}

export const SOURCE_LIMITS: SourceLimits = {
  rowBytes: 1_048_576,
  tenants: 200_000,
  tableBytes: 512 * 1_048_576,
  nextMs: 30_000,
  allMs: 300_000,
};
