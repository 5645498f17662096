import type { z } from 'zod';
import type { Finding } from '../findings/finding.ts';
import type { JsonObject } from '../json.ts';

/** A binding in the API's vocabulary, e.g. `{ type: 'kv_namespace', name: 'CACHE', namespace_id: '…' }`. */
export interface WorkerBinding extends JsonObject {
  readonly type: string;
  readonly name: string;
}

/** What `fromConfig` may know beside its own section. */
export interface BindingContext {
  readonly scriptName: string;
  readonly environment: string | null;
  readonly compatibilityDate: string;
}

/**
 * Everything the tool knows about one kind of binding. One file per kind; uploading, planning, drift and printing only
 * loop over the registry, so a new kind is one file and one registry line.
 */
export interface BindingModule<Section = unknown> {
  /** What people call it: `KV namespace`. */
  readonly label: string;
  /** The API's `type`s this module owns (`vars` owns `plain_text` and `json`). */
  readonly types: readonly string[];
  /** Key of the wrangler file (`kv_namespaces`), or null when no section makes this kind (`inherit`). */
  readonly section: string | null;
  /** Schema of that section. Strict: unknown fields are refused. */
  readonly schema: z.ZodType<Section> | null;
  /** True when an environment inherits the section from the top level, as wrangler has it. @default false */
  readonly inheritable?: boolean;
  /** Place of this kind in the upload, as wrangler orders them (lower first). */
  readonly order: number;
  /** Section → bindings in upload form. Pure. */
  readonly fromConfig?: (section: Section, context: BindingContext) => readonly WorkerBinding[];
  /**
   * Findings only this kind knows (a malformed id, a name too long). `path` is relative to the section: `[0].id`.
   * Pure.
   */
  readonly check?: (section: Section, context: BindingContext) => readonly Finding[];
  /**
   * The comparable form, for both sides of a diff: server-added defaults dropped, aliases folded (`id` /
   * `database_id`), lists without meaning to their order sorted. Pure; idempotent.
   */
  readonly normalise: (binding: WorkerBinding, context: { readonly scriptName: string }) => WorkerBinding;
  /** What it points at that must exist in the account before an upload, or null when nothing. */
  readonly target?: (binding: WorkerBinding) => BindingTarget | null;
  /** One line for people: `KV namespace 0f2c…`. Never a value of a variable that may be secret. */
  readonly describe: (binding: WorkerBinding) => string;
}

/** A resource behind a binding, checked to exist before anything is written. */
export interface BindingTarget {
  readonly kind:
    | 'kv-namespace'
    | 'd1-database'
    | 'r2-bucket'
    | 'queue'
    | 'vectorize-index'
    | 'hyperdrive-config'
    | 'worker'
    | 'dispatch-namespace';
  /** Id or name, as the API looks it up. */
  readonly id: string;
  /** R2 only. */
  readonly jurisdiction?: string;
}
