import type { AssetManifest } from '../assets/manifest.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { Deployment } from '../cloudflare/shapes.ts';
import type { DeployError } from '../errors.ts';
import type { HealthReport } from '../health/report.ts';
import type { JsonObject } from '../json.ts';
import type { PendingMigrations } from '../sections/parts/pending-migrations.ts';
import type { SectionStep, SectionStepContext } from '../sections/step.ts';
import type { Secret } from '../security/secret.ts';

/** What a step does, as plain data: those that carry versions, secrets and the marker, and those of single sections. */
export type Step =
  | { readonly kind: 'upload-assets'; readonly files: number }
  | { readonly kind: 'upload-version'; readonly inheritedSecrets: readonly string[] }
  | {
      readonly kind: 'upload-script';
      readonly exists: boolean;
      readonly migrations: PendingMigrations | null;
      /** All tags after the upload; undefined leaves them. */
      readonly tags?: readonly string[];
      /** Service bindings of a new Worker to itself, by name: Cloudflare may not know it yet. */
      readonly toItself?: readonly string[];
      /** Service bindings that are left out, because the Workers they name are not there yet. */
      readonly without?: readonly LackingBinding[];
      readonly inheritedSecrets: readonly string[];
      /** Script settings as they are live: an upload that does not say them resets them. */
      readonly keptSettings?: JsonObject;
    }
  | { readonly kind: 'stage' }
  | {
      readonly kind: 'check-version';
      /** It is beside the live one, and asked at the Worker's own URL; else it has a URL of its own. */
      readonly staged: boolean;
    }
  | {
      readonly kind: 'shift';
      /** Share of the new version, percent. */
      readonly percent: number;
      /** Position among the steps of the gradual deploy, from 0. */
      readonly number: number;
      /** The new version, where nothing is uploaded. */
      readonly versionId: string | null;
    }
  | { readonly kind: 'watch'; readonly percent: number; readonly bakeSeconds: number }
  | { readonly kind: 'promote'; readonly versionId: string | null; readonly force: boolean }
  | {
      readonly kind: 'mark';
      /** Digest for the marker: what was set and cannot be read back. */
      readonly triggers: string;
    }
  | SectionStep;

/** A service binding that a first upload does without. */
export interface LackingBinding {
  readonly binding: string;
  readonly service: string;
}

export type StepKind = Step['kind'];
export type StepOf<K extends StepKind> = Extract<Step, { readonly kind: K }>;

/** What the steps before gave. */
export interface Progress {
  readonly assetsToken?: string;
  readonly versionId?: string;
  /** The deployment in which the new version has no traffic yet. */
  readonly staged?: Deployment;
  /** The new version has the traffic, or a part of it. */
  readonly promoted?: boolean;
  /** Why the run stops here without a failure: what is done stays, and somebody has to say how it goes on. */
  readonly paused?: string;
}

/** What steps work with. */
export interface StepContext extends SectionStepContext {
  readonly bundle: Bundle | null;
  readonly assets: AssetManifest | null;
  /** Secrets that travel with the upload. */
  readonly newSecrets: Readonly<Record<string, Secret>>;
  /** Of the version: message with marker, tag, commit. */
  readonly versionAnnotations: Readonly<Record<string, string>>;
  /** Message of a deployment, with the digest of what is set of that which cannot be read back (null: not known). */
  readonly deploymentMessage: (triggers: string | null) => string;
  /** That digest as it was at planning. */
  readonly triggersBefore: string | null;
  /** Names this run in markers; tells after a lost answer whether it was us. */
  readonly run: string;
  /** The deployment that was live at planning; null for a Worker without one. */
  readonly basedOn: Deployment | null;
  /** Who has how much of the traffic when it is taken back; null for a Worker without a deployment. */
  readonly goBackTo: Deployment['versions'] | null;
  /** Keeps where a gradual deploy stands, and watches its steps. */
  readonly gradual: GradualWatch;
  /**
   * Whether somebody else's deployment is looked for before ours, which takes a call, or is seen in the list that is read
   * after it, and put back.
   */
  readonly conflicts: 'before' | 'after';
  /** Steps follow that set what is no part of a version: only whose deployment stands may. */
  readonly setsTriggers: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Asks a version before it has traffic: at its own URL, or staged at the Worker's. */
  readonly checkVersion: (versionId: string, staged: boolean) => Promise<HealthReport>;
}

/** What watching both versions beside each other came to. */
export type ShiftVerdict =
  | { readonly kind: 'go-on'; readonly message: string }
  | { readonly kind: 'pause'; readonly why: string }
  | { readonly kind: 'take-back'; readonly error: DeployError };

/** The part of a gradual deploy that outlives its steps. */
export interface GradualWatch {
  /** Notes, before it is written, which share the new version is about to get. */
  begin(step: StepOf<'shift'>, versions: { readonly old: string; readonly new: string }): void;
  /** Waits and looks, for as long as the step says. */
  watch(
    step: StepOf<'watch'>,
    versions: { readonly old: string; readonly new: string },
  ): Promise<ShiftVerdict>;
}

/** How one kind of step is told, counted, done and undone. */
export interface StepModule<K extends StepKind> {
  readonly describe: (step: StepOf<K>) => string;
  /** Write calls it takes at least. */
  readonly calls: (step: StepOf<K>) => number;
  readonly apply: (step: StepOf<K>, context: StepContext, soFar: Progress) => Promise<Progress>;
  /**
   * Puts back what was there before. Gives a line naming what stays behind, or null when nothing does.
   * `soFar` is what the run had reached when it stopped.
   */
  readonly revert: (step: StepOf<K>, context: StepContext, soFar: Progress) => Promise<string | null>;
}
