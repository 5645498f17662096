import type { SourceDocument } from '../documents/source-document.ts';
import type { Finding } from '../findings/finding.ts';
import type { DocumentPath } from '../findings/format-path.ts';
import type { Layer } from '../documents/source-document.ts';
import type { OverrideFunction, Overrides } from '../project/project-config.ts';
import type { Redirect } from './redirect.ts';

/** What a tenant's Worker differs in from the shared one, and where that is written. */
export interface Overlay {
  readonly layer: Exclude<Layer, 'base'>;
  readonly document: SourceDocument;
  /** Where the overrides stand in the document. */
  readonly path: DocumentPath;
  readonly overrides: Overrides | OverrideFunction;
}

/** One Worker of a tenant, as read: parsed, not yet checked. */
export interface LoadedTenant {
  readonly id: string;
  /** Where its definition is written. @default 'folder' */
  readonly from?: 'folder' | 'table' | 'code' | 'plain';
  /** Name of the Worker in `workers`; null for a tenant with a Worker of its own. */
  readonly workerName?: string | null;
  /** It names no account: it is deployed to the only one its token sees. @default false */
  readonly accountOfToken?: boolean;
  /** Absolute path of the project root. */
  readonly rootDir: string;
  /** Absolute path of `tenants/<id>`. */
  readonly dir: string;
  /** tenant.config.json(c), a table's row or what code gave; null when missing or not to be parsed (see `findings`). */
  readonly tenantFile: SourceDocument | null;
  /** wrangler.jsonc, .json or .toml, or null likewise. */
  readonly workerFile: SourceDocument | null;
  /** Absolute path of the wrangler file; of `wrangler.jsonc` when there is none. */
  readonly workerPath: string;
  /** What differs from a shared Worker, weakest first. @default none */
  readonly overlays?: readonly Overlay[];
  /** Set when a build tool generated the wrangler file. */
  readonly redirect: Redirect | null;
  /** Name → text of the files that were read, for code frames. */
  readonly sources: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
}
