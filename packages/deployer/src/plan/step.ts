import type { AssetManifest } from '../assets/manifest.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { ReadClient, WriteClient } from '../cloudflare/client/calls.ts';
import type { WantedDomain } from '../cloudflare/domains.ts';
import type { LiveQueue, WantedConsumer } from '../cloudflare/queues.ts';
import type { WantedRoute } from '../cloudflare/routes.ts';
import type { Deployment } from '../cloudflare/shapes.ts';
import type { WorkersDev } from '../cloudflare/workers-dev.ts';
import type { ResolvedWorker, WorkflowTrigger } from '../resolve/resolved-worker.ts';
import type { HealthReport } from '../health/report.ts';
import type { Secret } from '../security/secret.ts';
import type { PendingMigrations } from './migrations.ts';

/** What a step does, as plain data: what was there before, and what will be. */
export type Step =
  | { readonly kind: 'upload-assets'; readonly files: number }
  | { readonly kind: 'upload-version'; readonly inheritedSecrets: readonly string[] }
  | {
      readonly kind: 'upload-script';
      readonly exists: boolean;
      readonly migrations: PendingMigrations | null;
      /** All tags after the upload; undefined leaves them. */
      readonly tags?: readonly string[];
      readonly inheritedSecrets: readonly string[];
    }
  | { readonly kind: 'check-version' }
  | { readonly kind: 'promote'; readonly versionId: string | null; readonly force: boolean }
  | {
      readonly kind: 'script-settings';
      readonly before: Readonly<Record<string, unknown>>;
      readonly after: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'subdomain'; readonly before: WorkersDev; readonly after: WorkersDev }
  | {
      readonly kind: 'routes';
      readonly before: readonly WantedRoute[];
      readonly after: readonly WantedRoute[];
    }
  | {
      readonly kind: 'custom-domains';
      readonly before: readonly WantedDomain[];
      readonly after: readonly WantedDomain[];
      readonly takeOver: boolean;
    }
  | { readonly kind: 'crons'; readonly before: readonly string[]; readonly after: readonly string[] }
  | { readonly kind: 'queue-consumers'; readonly edits: readonly ConsumerEdit[] }
  | {
      readonly kind: 'workflows';
      readonly put: readonly WorkflowTrigger[];
      /** Among them those that did not exist. */
      readonly created: readonly string[];
    };

export type StepKind = Step['kind'];
export type StepOf<K extends StepKind> = Extract<Step, { readonly kind: K }>;

/** One change of a queue's consumers. `before` null: add; `after` null: remove. */
export interface ConsumerEdit {
  readonly queue: LiveQueue;
  readonly consumerId: string | null;
  readonly before: WantedConsumer | null;
  readonly after: WantedConsumer | null;
}

/** What the steps before gave. */
export interface Progress {
  readonly assetsToken?: string;
  readonly versionId?: string;
  /** The new version has the traffic. */
  readonly promoted?: boolean;
}

/** What steps work with. */
export interface StepContext {
  readonly reader: ReadClient;
  readonly writer: WriteClient;
  readonly worker: ResolvedWorker;
  readonly bundle: Bundle | null;
  readonly assets: AssetManifest | null;
  /** Secrets that travel with the upload. */
  readonly newSecrets: Readonly<Record<string, Secret>>;
  /** Of the version: message with marker, tag, commit. */
  readonly versionAnnotations: Readonly<Record<string, string>>;
  readonly deploymentMessage: string;
  /** Names this run in markers; tells after a lost answer whether it was us. */
  readonly run: string;
  /** The deployment that was live at planning; null for a Worker without one. */
  readonly basedOn: Deployment | null;
  readonly signal?: AbortSignal | undefined;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Asks a version at its own URL, before it has traffic. */
  readonly checkVersion: (versionId: string) => Promise<HealthReport>;
}

/** How one kind of step is told, counted, done and undone. */
export interface StepModule<K extends StepKind> {
  readonly describe: (step: StepOf<K>) => string;
  /** Write calls it takes at least. */
  readonly calls: (step: StepOf<K>) => number;
  readonly destructive?: (step: StepOf<K>) => boolean;
  readonly apply: (step: StepOf<K>, context: StepContext, soFar: Progress) => Promise<Progress>;
  /**
   * Puts back what was there before. Gives a line naming what stays behind, or null when nothing does.
   * `soFar` is what the run had reached when it stopped.
   */
  readonly revert: (step: StepOf<K>, context: StepContext, soFar: Progress) => Promise<string | null>;
}
