import type { ReadClient, WriteClient } from '../cloudflare/client/calls.ts';
import type { WantedDomain } from '../cloudflare/domains.ts';
import type { LiveQueue, WantedConsumer } from '../cloudflare/queues.ts';
import type { WantedRoute } from '../cloudflare/routes.ts';
import type { WorkersDev } from '../cloudflare/workers-dev.ts';
import type { JsonObject } from '../json.ts';
import type { ResolvedWorker, WorkflowTrigger } from '../resolve/resolved-worker.ts';

/** What the step of a section does, as plain data: what was there before, and what will be. */
export type SectionStep =
  | { readonly kind: 'script-settings'; readonly before: JsonObject; readonly after: JsonObject }
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

export type StepKind = SectionStep['kind'];
export type SectionStepOf<K extends StepKind> = Extract<SectionStep, { readonly kind: K }>;

/** One change of a queue's consumers. `before` null: add; `after` null: remove. */
export interface ConsumerEdit {
  readonly queue: LiveQueue;
  readonly consumerId: string | null;
  readonly before: WantedConsumer | null;
  readonly after: WantedConsumer | null;
}

/** What the step of a section works with. */
export interface SectionStepContext {
  readonly reader: ReadClient;
  readonly writer: WriteClient;
  readonly worker: ResolvedWorker;
}

/** How the step of a section is told, counted, done and undone. */
export interface SectionStepModule<K extends StepKind> {
  readonly describe: (step: SectionStepOf<K>) => string;
  /** Write calls it takes at least. */
  readonly calls: (step: SectionStepOf<K>) => number;
  readonly apply: (step: SectionStepOf<K>, context: SectionStepContext) => Promise<void>;
  /**
   * Whether what is there is what the step found, or what it set: what is neither was set by somebody else meanwhile, and is
   * not put back. Null, or left out, where the API does not tell.
   */
  readonly holds?: (
    step: SectionStepOf<K>,
    side: 'before' | 'after',
    context: SectionStepContext,
  ) => Promise<boolean | null>;
  /** Puts back what was there before. Gives a line naming what stays behind, or null when nothing does. */
  readonly revert: (step: SectionStepOf<K>, context: SectionStepContext) => Promise<string | null>;
}
