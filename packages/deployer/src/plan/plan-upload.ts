import type { Bundle } from '../bundle/bundle.ts';
import { compact } from '../json.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { Change } from '../sections/change.ts';
import { isVersioned } from '../sections/diff.ts';
import type { LiveWorker } from '../sections/live.ts';
import { pendingMigrations } from '../sections/parts/pending-migrations.ts';
import { settingsThatStay, wantedTags } from '../sections/parts/settings.ts';
import { beforeTraffic, type BeforeTraffic } from './before-traffic.ts';
import type { Strategy, VerifyBefore } from '../shapes/traffic-schema.ts';
import type { LackingBinding, Step } from './step.ts';
import { planTraffic, trafficSteps, type PlannedTraffic } from './traffic.ts';

/** What decides the upload. */
export interface UploadInputs {
  readonly worker: ResolvedWorker;
  readonly bundle: Bundle | null;
  readonly assetFiles: number;
  readonly live: LiveWorker;
  /** Differences that are acted on. */
  readonly changes: readonly Change[];
  /** Upload although nothing changed. */
  readonly force: boolean;
  /** When the new version is asked before it has traffic. */
  readonly verifyBefore: VerifyBefore;
  /** The same code is live and well on a target of the same release. @default false */
  readonly provenCode?: boolean | undefined;
  /** How the new version is to get its traffic. */
  readonly strategy: Strategy;
  /** The Worker's URL; null when it has none, or nobody looked. */
  readonly url: string | null;
  /** Workers that are not there yet, and come only when this one is: a first upload does without their services. */
  readonly notYet: readonly string[];
}

/** Uploads what is versioned, and makes it live; nothing when nothing versioned differs. */
export function uploadSteps(inputs: UploadInputs): readonly Step[] {
  if (!needsUpload(inputs)) return [];
  const { worker, live, assetFiles } = inputs;
  const there = live.state.secrets.known ? live.state.secrets.value : [];
  const inheritedSecrets = worker.secrets.required.filter((name) => there.includes(name));
  const assets: Step[] = worker.assets === null ? [] : [{ kind: 'upload-assets', files: assetFiles }];
  if (uploadKind(inputs) === 'version') {
    return [
      ...assets,
      { kind: 'upload-version', inheritedSecrets },
      ...checkSteps(inputs),
      ...trafficSteps(uploadTraffic(inputs).steps, null),
      { kind: 'promote', versionId: null, force: false },
    ];
  }
  const tags = wantedTags(worker);
  const isNew = !live.exists;
  const without = isNew ? lackingBindings(inputs) : [];
  const toItself = isNew ? servicesOf(worker, [worker.scriptName]).map(({ binding }) => binding) : [];
  return [
    ...assets,
    {
      kind: 'upload-script',
      exists: !isNew,
      migrations: pendingMigrations(worker.migrations, migrationTag(live)),
      ...(isNew && tags.length > 0 ? { tags } : {}),
      ...(without.length > 0 ? { without } : toItself.length > 0 ? { toItself } : {}),
      inheritedSecrets,
      ...compact({ keptSettings: settingsThatStay(inputs) }),
    },
  ];
}

/** Bindings that a first upload does without; it is uploaded again in any case, so the ones to itself wait too. */
export function lackingBindings({
  worker,
  notYet,
}: Pick<UploadInputs, 'worker' | 'notYet'>): readonly LackingBinding[] {
  return notYet.length === 0 ? [] : servicesOf(worker, [...notYet, worker.scriptName]);
}

/** A Worker's bindings to these services. */
function servicesOf({ bindings }: ResolvedWorker, names: readonly string[]): readonly LackingBinding[] {
  return bindings.flatMap(({ type, name, service }) =>
    type === 'service' && typeof service === 'string' && names.includes(service)
      ? [{ binding: name, service }]
      : [],
  );
}

/** How the new version is asked before it has traffic, where it is. */
function checkSteps(inputs: UploadInputs): readonly Step[] {
  if (hasVersionUrl(inputs)) return [{ kind: 'check-version', staged: false }];
  return uploadIsChecked(inputs).checked ? [{ kind: 'stage' }, { kind: 'check-version', staged: true }] : [];
}

/** Whether the new version is asked before it has traffic, and if not, why. */
export function uploadIsChecked(inputs: UploadInputs): BeforeTraffic {
  const upload = needsUpload(inputs) ? uploadKind(inputs) : 'none';
  return beforeTraffic({
    ...inputs,
    provenCode: inputs.provenCode ?? false,
    upload,
    hasVersionUrl: hasVersionUrl(inputs) && upload === 'version',
  });
}

/** How what is uploaded gets its traffic. */
export function uploadTraffic(inputs: UploadInputs): PlannedTraffic {
  return planTraffic({ ...inputs, upload: needsUpload(inputs) ? uploadKind(inputs) : 'none' });
}

/** Script uploads: whatever a version upload refuses. Source: Versions & Deployments. */
export function uploadKind({
  worker,
  bundle,
  live,
}: Pick<UploadInputs, 'worker' | 'bundle' | 'live'>): 'version' | 'script' {
  const objects = Object.values(worker.exports ?? {}).some((entry) => entry['type'] === 'durable-object');
  const needsScript =
    !live.exists ||
    bundle?.format === 'service-worker' ||
    pendingMigrations(worker.migrations, migrationTag(live)) !== null ||
    objects ||
    worker.dispatchNamespace !== null;
  return needsScript ? 'script' : 'version';
}

/** Tag of the live script; null when it has none, does not exist, or did not tell. */
export function migrationTag({ state }: LiveWorker): string | null {
  return state.migrations.known ? state.migrations.value : null;
}

function needsUpload({ worker, live, changes, force }: UploadInputs): boolean {
  if (force || !live.exists) return true;
  // In a dispatch namespace settings have no call of their own; they travel with the upload.
  const dispatched = worker.dispatchNamespace !== null;
  const carried = changes.some(
    ({ section }) => isVersioned(section) || (dispatched && section === 'settings'),
  );
  // That nothing is deployed was read, not that it could not be.
  return carried || (!dispatched && live.deployment === null && live.state.version.known);
}

/**
 * Whether the new version can be asked at its own URL: the files want version URLs, they are on, and the Worker
 * implements no Durable Object. Source: Version URLs.
 */
function hasVersionUrl({ worker, live }: UploadInputs): boolean {
  const { workersDev } = live.state;
  return (
    worker.health !== false &&
    worker.triggers.previewUrls === true &&
    workersDev.known &&
    workersDev.value['previews_enabled'] === true &&
    worker.migrations.length === 0 &&
    worker.exports === null
  );
}
