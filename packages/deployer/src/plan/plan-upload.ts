import { isVersioned } from '../state/diff.ts';
import { wantedTags } from '../state/desired.ts';
import { pendingMigrations } from './migrations.ts';
import { isActedOn, isOf, type StepInputs } from './plan-inputs.ts';
import type { Step } from './step.ts';

/** Whether a change needs new code or configuration to be uploaded. Secrets beyond those declared are left alone. */
function needsUpload(inputs: StepInputs): boolean {
  const { actual, changes, force } = inputs;
  // In a dispatch namespace settings have no call of their own; they travel with the upload.
  const dispatched = inputs.worker.dispatchNamespace !== null;
  return (
    force ||
    !actual.state.exists ||
    (dispatched
      ? changes.some((change) => isOf(change.path, 'settings') && isActedOn(inputs.worker, change))
      : actual.deployment === null) ||
    changes.some((change) => isVersioned(change) && isActedOn(inputs.worker, change))
  );
}

/** Script uploads: whatever a version upload refuses. Source: Versions & Deployments. */
export function uploadKind(inputs: Pick<StepInputs, 'worker' | 'bundle' | 'actual'>): 'version' | 'script' {
  const { worker, bundle, actual } = inputs;
  const objects = Object.values(worker.exports ?? {}).some((entry) => entry['type'] === 'durable-object');
  const needsScript =
    !actual.state.exists ||
    bundle?.format === 'service-worker' ||
    pendingMigrations(worker.migrations, actual.state.migrationTag) !== null ||
    objects ||
    worker.dispatchNamespace !== null;
  return needsScript ? 'script' : 'version';
}

/** Uploads what is versioned, and makes it live; nothing when nothing versioned differs. */
export function uploadSteps(inputs: StepInputs): readonly Step[] {
  if (!needsUpload(inputs)) return [];
  const { worker, actual, assetFiles } = inputs;
  const inheritedSecrets = worker.secrets.required.filter((name) => actual.state.secrets.includes(name));
  const assets: Step[] = worker.assets === null ? [] : [{ kind: 'upload-assets', files: assetFiles }];
  if (uploadKind(inputs) === 'version') {
    return [
      ...assets,
      { kind: 'upload-version', inheritedSecrets },
      ...(hasVersionUrl(inputs) ? [{ kind: 'check-version' } as const] : []),
      { kind: 'promote', versionId: null, force: false },
    ];
  }
  const tags = wantedTags(worker);
  const isNew = !actual.state.exists;
  return [
    ...assets,
    {
      kind: 'upload-script',
      exists: !isNew,
      migrations: pendingMigrations(worker.migrations, actual.state.migrationTag),
      ...(isNew && tags.length > 0 ? { tags } : {}),
      inheritedSecrets,
    },
  ];
}

/**
 * Whether the new version can be asked at its own URL: the files want version URLs, they are on, and the Worker
 * implements no Durable Object. Source: Version URLs.
 */
function hasVersionUrl({ worker, actual }: StepInputs): boolean {
  const live = actual.state.workersDev;
  return (
    worker.health !== false &&
    worker.triggers.previewUrls === true &&
    live.known &&
    live.value.previews_enabled === true &&
    worker.migrations.length === 0 &&
    worker.exports === null
  );
}
