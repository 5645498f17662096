import type { AssetManifest } from '../assets/manifest.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { Deployment } from '../cloudflare/shapes.ts';
import type { DeployError } from '../errors.ts';
import type { Finding } from '../findings/finding.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { Change } from '../sections/change.ts';
import { diffStates, isVersioned, type UnknownPart } from '../sections/diff.ts';
import { applyIgnoreRules, type Filtered } from '../sections/ignore.ts';
import type { LiveWorker } from '../sections/live.ts';
import { askedChange, isOwned, reportChange, type ReportedChange } from '../sections/meaning.ts';
import { isFirstOfTwo } from '../sections/marker.ts';
import { SECTIONS, type SectionName, type WorkerState } from '../sections/registry.ts';
import type { Strategy, VerifyBefore } from '../shapes/traffic-schema.ts';
import { absentState, desiredState } from '../sections/state.ts';
import { planFindings } from './plan-findings.ts';
import { planSteps } from './plan-steps.ts';
import type { BeforeTraffic } from './before-traffic.ts';
import { uploadIsChecked, uploadKind, uploadTraffic } from './plan-upload.ts';
import type { PlannedTraffic } from './traffic.ts';
import type { LackingBinding, Step } from './step.ts';

/** What is to be deployed: everything known locally about one Worker. */
export interface Release {
  readonly worker: ResolvedWorker;
  /** Null for an assets-only Worker. */
  readonly bundle: Bundle | null;
  readonly assets: AssetManifest | null;
  readonly desired: WorkerState;
}

/** What a deploy or a rollback would do, and what it was made against. */
export interface Plan {
  readonly release: Release;
  /** The version a rollback goes back to; null for a deploy. */
  readonly target: string | null;
  /** The parts it brings about; null: all that the files say something about. Those of a rollback are few. */
  readonly sections: readonly SectionName[] | null;
  readonly live: LiveWorker;
  /** Differences that the steps bring about. */
  readonly changes: readonly ReportedChange[];
  /** Differences that a deploy leaves as they are: the files do not declare them. */
  readonly left: readonly ReportedChange[];
  /** Differences that a rule of the tenant hides, and the rule. */
  readonly ignored: readonly { readonly path: string; readonly rule: string }[];
  /** Parts that could not be compared. */
  readonly unknown: readonly UnknownPart[];
  readonly steps: readonly Step[];
  readonly upload: 'version' | 'script' | 'none';
  readonly beforeTraffic: BeforeTraffic;
  /** How the new version gets its traffic. */
  readonly traffic: PlannedTraffic;
  /** The shares when it is taken back; null for a Worker without a deployment. */
  readonly goBackTo: Deployment['versions'] | null;
  /** What the reader of the plan should know; nothing that stops it. */
  readonly findings: readonly Finding[];
  readonly reversible: { readonly possible: boolean; readonly why: string | null };
}

/** The release of a Worker, with its desired state. */
export function createRelease(
  worker: ResolvedWorker,
  bundle: Bundle | null,
  assets: AssetManifest | null,
): Release {
  let desired: WorkerState | undefined;
  return {
    worker,
    bundle,
    assets,
    // Made when it is first compared with something: whoever only validates ten thousand tenants compares nothing.
    get desired() {
      return (desired ??= desiredState({ worker, bundle, assets }));
    },
  };
}

/** Compares and decides. Pure: what it says is what runs. */
export function makePlan(
  release: Release,
  live: LiveWorker,
  options: {
    readonly force: boolean;
    readonly takeOver: boolean;
    readonly takeOverSplit: boolean;
    readonly strategy: Strategy;
    readonly verifyBefore: VerifyBefore;
    readonly provenCode?: boolean | undefined;
    readonly url: string | null;
    /** Workers whose services a first upload does without. */
    readonly notYet: readonly string[];
  },
): Plan {
  const { worker, bundle, assets } = release;
  const differences = findDifferences(release, live);
  const { changes: open, ignored } = applyIgnoreRules(differences.changes, worker.drift.ignore);
  const acted = open.filter((change) => isOwned(worker, change));
  const inputs = {
    worker,
    bundle,
    assetFiles: assets?.entries.length ?? 0,
    live,
    changes: acted,
    ignored: ignored.map(({ change }) => change),
    ...options,
  };
  const steps = planSteps(inputs);
  const report = (change: Change): ReportedChange =>
    reportChange(change, { worker, live, takeOver: options.takeOver });
  const left = open.filter((change) => !isOwned(worker, change));
  // Told to, it ends the split: with its upload, or by a step of its own.
  const ended = options.takeOverSplit ? left.filter(({ section }) => section === 'version') : [];
  const changes = [...ended.map((change) => askedChange(change)), ...acted.map(report)];
  const uploads = steps.some(({ kind }) => kind === 'upload-version' || kind === 'upload-script');
  return {
    release,
    target: null,
    sections: null,
    live,
    changes,
    left: left.filter((change) => !ended.includes(change)).map(report),
    ignored: ignored.map(({ change, rule }) => ({ path: report(change).path, rule })),
    unknown: differences.unknown,
    steps,
    beforeTraffic: uploadIsChecked(inputs),
    traffic: uploadTraffic(inputs),
    goBackTo: live.deployment?.versions ?? null,
    upload: uploads ? uploadKind({ worker, bundle, live }) : 'none',
    findings: planFindings({
      worker,
      live,
      traffic: uploadTraffic(inputs),
      // Of a Worker that does not exist nobody has any.
      ignored: carriedAnyway(uploads && live.exists, ignored),
    }),
    reversible: reversibility(release, live, { changes, uploads }),
  };
}

/** Service bindings that its first upload does without: another one brings them. */
export function lackingIn({ steps }: Plan): readonly LackingBinding[] {
  return steps.flatMap((step) => (step.kind === 'upload-script' ? (step.without ?? []) : []));
}

/** The error of a read without which a deploy would not know what it does; null when there is none. */
export function blindSpot({ unknown, release }: Plan): DeployError | null {
  return unknown.find(({ section, error }) => error !== null && matters(release, section))?.error ?? null;
}

/** Whether a deploy would have to know that part: the files say something about it. */
function matters({ worker }: Release, name: SectionName): boolean {
  const { carrier, declared } = SECTIONS[name];
  return carrier !== null && (declared === undefined || declared(worker));
}

interface Differences {
  readonly changes: readonly Change[];
  readonly unknown: readonly UnknownPart[];
}

function findDifferences({ worker, desired }: Release, live: LiveWorker): Differences {
  const against = live.exists ? live.state : absentState(desired);
  const { changes, unknown } = diffStates(desired, against, worker);
  // What the API does not tell is done again; what could not be read stays unknown.
  const wanting = unknown.filter(
    ({ section, key, error }) => key === null && error === null && isWanted(desired, section),
  );
  const uploads = [...changes, ...wanting].some(
    ({ section }) => section !== 'config' && isVersioned(section),
  );
  const untold = wanting.filter(({ section }) => !(uploads && section === 'config'));
  return {
    changes: [
      ...changes,
      ...untold.map(({ section }): Change => {
        const wanted = desired[section];
        return {
          section,
          key: null,
          field: null,
          desired: wanted.known ? wanted.value : null,
          actual: 'not known',
        };
      }),
    ],
    unknown: unknown.filter((part) => !untold.includes(part)),
  };
}

function isWanted(desired: WorkerState, section: SectionName): boolean {
  const wanted = desired[section];
  return wanted.known && wanted.value !== null;
}

/** Ignored differences that an upload overwrites all the same: it replaces everything versioned. */
function carriedAnyway(uploads: boolean, ignored: Filtered['ignored']): Filtered['ignored'] {
  return uploads ? ignored.filter(({ change }) => isVersioned(change.section)) : [];
}

function reversibility(
  { worker }: Release,
  live: LiveWorker,
  { changes, uploads }: { readonly changes: readonly ReportedChange[]; readonly uploads: boolean },
): Plan['reversible'] {
  if (live.deployment === null || isFirstOfTwo(live.version?.annotations ?? {})) {
    return { possible: false, why: whyNoVersion(worker, live) };
  }
  const final = changes.find(({ irreversible }) => irreversible);
  if (uploads && final !== undefined) {
    const why = `${capital(final.consequence ?? '')}; versions from before it cannot be deployed again.`;
    return { possible: false, why };
  }
  return { possible: true, why: null };
}

function whyNoVersion(
  { dispatchNamespace }: ResolvedWorker,
  { exists, deployment, state }: LiveWorker,
): string {
  if (!exists || deployment !== null) return 'It is the first deploy: there is no version to go back to.';
  if (dispatchNamespace !== null) {
    return 'A dispatch namespace keeps no versions: "cf-deploy rollback" uploads the one before again, where it is kept.';
  }
  return state.version.known
    ? 'Nothing is deployed: there is no version to go back to.'
    : 'What is deployed could not be read.';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
