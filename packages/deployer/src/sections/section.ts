import type { AssetManifest } from '../assets/manifest.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { DeployError } from '../errors.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { LiveReads, LiveWorker } from './live.ts';
import type { PreflightOptions, Problem } from './problem.ts';
import type { Json } from '../json.ts';
import type { SectionStep, StepKind } from './step.ts';

/** A value that was read. `except`: keys of it that could not be, and why; they are not compared. */
export interface Known<Value> {
  readonly known: true;
  readonly value: Value;
  readonly except?: Readonly<Record<string, string>>;
}

/** A value that is not known, which is not the same as there being none: it is never compared as absent. */
export interface Unknown {
  readonly known: false;
  readonly why: string;
  /** Of the read that failed; null when the API just does not tell. */
  readonly error: DeployError | null;
  /** False: nobody asked, because the files do not declare it or it does not apply. */
  readonly asked: boolean;
}

/** What is known of one part of a Worker. */
export type Reading<Value> = Known<Value> | Unknown;

/** Everything known locally about one Worker: what its desired state is made of. */
export interface Wanted {
  readonly worker: ResolvedWorker;
  /** Null for an assets-only Worker. */
  readonly bundle: Pick<Bundle, 'digest'> | null;
  readonly assets: Pick<AssetManifest, 'digest' | 'config'> | null;
}

/** A difference inside a section. Redacted by construction: a secret is its name. */
export interface Difference {
  /** Entry of the section: a binding's name, a cron, a setting; null: the section as a whole. */
  readonly key: string | null;
  /** Field of the entry; null: all of it. */
  readonly field: string | null;
  /** Null: not wanted. */
  readonly desired: Json;
  /** Null: not there. */
  readonly actual: Json;
}

/** What carrying out a difference costs beyond the change itself. */
export interface Consequence {
  /** Loses data, or takes something away from others or from visitors. */
  readonly destructive: boolean;
  /** No version from before can be live again. */
  readonly irreversible: boolean;
  /** What happens, for people: `deletes class Counter and its objects`. */
  readonly words: string;
}

/** What decides a consequence. */
export interface ConsequenceInputs {
  readonly worker: ResolvedWorker;
  readonly live: LiveWorker;
  readonly takeOver: boolean;
}

/** What decides the steps of a section. */
export interface StepInputs {
  readonly worker: ResolvedWorker;
  readonly live: LiveWorker;
  /** Differences of this section that a deploy is to act on. */
  readonly changes: readonly Difference[];
  /** Keys of this section that a rule leaves to others. */
  readonly ignored: ReadonlySet<string>;
  readonly takeOver: boolean;
}

/** How a comparison treats what the files leave open. */
export type CompareRules = Pick<ResolvedWorker, 'keepVars' | 'secrets'>;

/**
 * Everything the tool knows about one part of a Worker. One file per part; the diff, the plan, drift, the confirmation,
 * ignore rules and the end state ask it, so they cannot disagree.
 */
export interface Section<Value> {
  /** The kind of step that brings it about; null: a deploy never changes it. */
  readonly carrier: StepKind | 'upload' | null;
  /** One call sets the whole list, so who sets one entry sets all. @default false */
  readonly setAtOnce?: boolean;
  /** Whether the files say anything about it. What they do not declare is read only when everything is asked for. */
  readonly declared?: (worker: ResolvedWorker) => boolean;
  /** How the files want it. Pure. */
  readonly desired: (wanted: Wanted) => Value;
  /** Of a Worker that does not exist. Left out: a first deploy does not list it. */
  readonly absent?: Value;
  /** How it is. A read that fails makes it unknown, with the reason; it never loses the other sections. */
  readonly read: (live: LiveReads) => Promise<Reading<Value>>;
  /** Differences from what is live to what is wanted, from both sides. Pure. */
  readonly compare: (desired: Value, actual: Value, rules: CompareRules) => readonly Difference[];
  /** Whether a deploy acts on the difference; what the files do not mention is left to whoever made it. */
  readonly owns: (worker: ResolvedWorker, difference: Difference) => boolean;
  readonly consequence?: (difference: Difference, inputs: ConsequenceInputs) => Consequence | null;
  /** Steps of its own, beside the upload. Pure. */
  readonly steps?: (inputs: StepInputs) => readonly SectionStep[];
  /** What would stop a deploy, found with reads alone. */
  readonly preflight?: (options: PreflightOptions) => Promise<readonly Problem[]> | readonly Problem[];
}

/** Declares a section; its value's type follows from `desired`. */
export function defineSection<Value>(section: Section<Value>): Section<Value> {
  return section;
}

/** A value that was read. */
export function known<Value>(value: Value, except?: Readonly<Record<string, string>>): Known<Value> {
  return except === undefined || Object.keys(except).length === 0
    ? { known: true, value }
    : { known: true, value, except };
}

/** A value that the API does not tell. */
export function unknown(why: string, error: DeployError | null = null): Unknown {
  return { known: false, why, error, asked: true };
}

/** A value nobody asked for. */
export function unasked(why: string): Unknown {
  return { known: false, why, error: null, asked: false };
}

/** Every difference is acted on. */
export const always = (): boolean => true;
