import type { AssetManifest } from '../assets/manifest.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { Finding } from '../findings/finding.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { Actual } from '../state/absent.ts';
import { desiredState } from '../state/desired.ts';
import { diffOptions, diffStates } from '../state/diff.ts';
import type { Change, WorkerState } from '../state/worker-state.ts';
import { destroyedClasses, isUnknownTag, pendingMigrations } from './migrations.ts';
import { planSteps } from './plan-steps.ts';
import { uploadKind } from './plan-upload.ts';
import type { Step } from './step.ts';

/** What is to be deployed: everything known locally about one Worker. */
export interface Release {
  readonly worker: ResolvedWorker;
  /** Null for an assets-only Worker. */
  readonly bundle: Bundle | null;
  readonly assets: AssetManifest | null;
  readonly desired: WorkerState;
}

/** What a deploy would do, and what it was made against. */
export interface Plan {
  readonly release: Release;
  readonly actual: Actual;
  readonly changes: readonly Change[];
  readonly steps: readonly Step[];
  readonly upload: 'version' | 'script' | 'none';
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
  return { worker, bundle, assets, desired: desiredState(worker, bundle, assets) };
}

/** Compares and decides. Pure: what it says is what runs. */
export function makePlan(
  release: Release,
  actual: Actual,
  options: { readonly force: boolean; readonly takeOver: boolean },
): Plan {
  const { worker, bundle, assets } = release;
  const changes = planChanges(release, actual);
  const steps = planSteps({
    worker,
    bundle,
    assetFiles: assets?.entries.length ?? 0,
    actual,
    changes,
    ...options,
  });
  const uploads = steps.some(({ kind }) => kind === 'upload-version' || kind === 'upload-script');
  return {
    release,
    actual,
    changes,
    steps,
    upload: uploads ? uploadKind({ worker, bundle, actual }) : 'none',
    findings: planFindings(worker, actual),
    reversible: reversibility(worker, actual, uploads),
  };
}

function planChanges({ worker, desired }: Release, actual: Actual): readonly Change[] {
  const diff = diffStates(desired, actual.state, diffOptions(worker));
  const creation = actual.state.exists
    ? []
    : diffStates(desired, emptyState(desired), { keepVars: true }).changes;
  const assets = desired.assets.known ? desired.assets.value : null;
  const uncertain = Object.entries({ code: desired.codeDigest, assets }).flatMap(
    ([path, wanted]): readonly Change[] =>
      wanted === null || !diff.unknown.some(({ section }) => section === path)
        ? []
        : [{ path, kind: 'changed', desired: wanted, actual: 'not known', destructive: false }],
  );
  const destroys =
    destroyedClasses(pendingMigrations(worker.migrations, actual.state.migrationTag)).length > 0;
  return [...diff.changes, ...uncertain, ...creation].map((change) =>
    change.path === 'migrations' && destroys ? { ...change, destructive: true } : change,
  );
}

/** A Worker with nothing in it: what a first deploy adds is the difference to it. */
function emptyState(desired: WorkerState): WorkerState {
  return {
    exists: true,
    codeDigest: desired.codeDigest,
    configDigest: desired.configDigest,
    bindings: {},
    secrets: [],
    runtime: desired.runtime,
    settings: desired.settings,
    assets: { known: true, value: null },
    migrationTag: null,
    exports: null,
    workersDev: { known: true, value: { enabled: false, previews_enabled: false } },
    crons: { known: true, value: [] },
    routes: { known: true, value: {} },
    customDomains: { known: true, value: {} },
    queueConsumers: { known: true, value: {} },
    workflows: { known: true, value: {} },
  };
}

function planFindings(worker: ResolvedWorker, actual: Actual): readonly Finding[] {
  const findings: Finding[] = [];
  if (isUnknownTag(worker.migrations, actual.state.migrationTag)) {
    findings.push({
      severity: 'warning',
      code: 'unknown-migration-tag',
      path: 'migrations',
      message: `The live Worker is at migration ${JSON.stringify(actual.state.migrationTag)}, which the wrangler file does not list; all its migrations will be sent.`,
      hint: 'Add the missing migration to the file unless you know that they apply on top.',
    });
  }
  if ((actual.deployment?.versions.length ?? 0) > 1) {
    findings.push({
      severity: 'info',
      code: 'split-traffic',
      path: '',
      message:
        'Traffic is split over two versions; the plan compares with the one that has more, and a deploy that uploads ends the split.',
    });
  }
  return findings;
}

function reversibility(
  worker: ResolvedWorker,
  actual: Actual,
  uploads: boolean,
): { readonly possible: boolean; readonly why: string | null } {
  if (actual.deployment === null) {
    return { possible: false, why: 'It is the first deploy: there is no version to go back to.' };
  }
  const pending = pendingMigrations(worker.migrations, actual.state.migrationTag);
  if (uploads && pending !== null) {
    return {
      possible: false,
      why: `Durable Object migration ${pending.new_tag} cannot be undone; versions from before it cannot be deployed again.`,
    };
  }
  return { possible: true, why: null };
}
