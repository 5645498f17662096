import type { WorkerBinding } from '../bindings/binding.ts';

/**
 * The canonical, comparable form of one Worker, made from the local files (`state/desired`) and from the API's answers
 * (`state/actual`). API vocabulary; defaults filled in the same way on both sides; lists ordered by meaning. Equal
 * Workers are deeply equal. A secret is its name only.
 *
 * A section is `unknown` when it could not be read (or is not declared): unknown is never compared as absent.
 */
export interface WorkerState {
  readonly exists: boolean;
  /** Digest of the uploaded code, when a version says so in its annotations; null: not known. */
  readonly codeDigest: string | null;
  /**
   * Digest of the versioned configuration as uploaded, from the same annotations; null: not known. Tells a change in
   * fields that the API takes but never gives back.
   */
  readonly configDigest: string | null;
  readonly bindings: Readonly<Record<string, WorkerBinding>>;
  /** Names of secrets. Desired: those required. Actual: those that exist. */
  readonly secrets: readonly string[];
  readonly runtime: Readonly<Record<string, unknown>>;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Unknown: somebody else uploaded the live version, and the API does not tell what files it has. */
  readonly assets: Section<Readonly<Record<string, unknown>> | null>;
  readonly migrationTag: string | null;
  readonly exports: Readonly<Record<string, unknown>> | null;
  readonly workersDev: Section<{ readonly enabled: boolean; readonly previews_enabled?: boolean }>;
  readonly crons: Section<readonly string[]>;
  /** Pattern → zone name or id. */
  readonly routes: Section<Readonly<Record<string, Readonly<Record<string, unknown>>>>>;
  readonly customDomains: Section<Readonly<Record<string, Readonly<Record<string, unknown>>>>>;
  /** Queue name → settings. */
  readonly queueConsumers: Section<Readonly<Record<string, Readonly<Record<string, unknown>>>>>;
  /** Workflow name → class and options. */
  readonly workflows: Section<Readonly<Record<string, Readonly<Record<string, unknown>>>>>;
}

/** A value that may be unknown: not declared locally, or not readable remotely. */
export type Section<T> =
  { readonly known: true; readonly value: T } | { readonly known: false; readonly why: string };

/** One difference. Redacted by construction: values of secrets are never in a WorkerState. */
export interface Change {
  /** `bindings.CACHE.namespace_id`, `crons[0 0 * * *]`, `settings.logpush`. */
  readonly path: string;
  /** From the actual state to the desired one. */
  readonly kind: 'added' | 'removed' | 'changed';
  readonly desired: unknown;
  readonly actual: unknown;
  /** Deploying it loses data or takes something away from others (a Durable Object class deleted, a route moved). */
  readonly destructive: boolean;
}
