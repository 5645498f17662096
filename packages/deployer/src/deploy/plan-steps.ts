import type { Bundle } from '../bundle/bundle.ts';
import type { WantedConsumer } from '../cloudflare/queues.ts';
import type { QueueConsumer, ResolvedWorker } from '../config/resolved-worker.ts';
import { isOwnTag } from '../state/canonical.ts';
import type { Actual } from '../state/actual.ts';
import { isOwnConsumer } from '../state/actual-triggers.ts';
import { wantedTags } from '../state/desired.ts';
import { isVersioned } from '../state/diff.ts';
import type { Change } from '../state/worker-state.ts';
import { pendingMigrations } from './migrations.ts';
import type { ConsumerEdit, Step } from './step.ts';

/** What decides the steps. */
export interface StepInputs {
  readonly worker: ResolvedWorker;
  readonly bundle: Bundle | null;
  readonly assetFiles: number;
  readonly actual: Actual;
  readonly changes: readonly Change[];
  /** Upload although nothing changed. */
  readonly force: boolean;
  readonly takeOver: boolean;
}

/**
 * The steps that turn the live Worker into the wanted one, in order; empty when nothing is to be done. Only what the
 * files declare is touched. Pure.
 */
export function planSteps(inputs: StepInputs): readonly Step[] {
  return [
    ...uploadSteps(inputs),
    ...settingsSteps(inputs),
    ...subdomainSteps(inputs),
    ...routeSteps(inputs),
    ...domainSteps(inputs),
    ...cronSteps(inputs),
    ...consumerSteps(inputs),
    ...workflowSteps(inputs),
  ];
}

/** Whether a change needs new code or configuration to be uploaded. Secrets beyond those declared are left alone. */
function needsUpload(inputs: StepInputs): boolean {
  const { actual, changes, force } = inputs;
  // In a dispatch namespace settings have no call of their own; they travel with the upload.
  const dispatched = inputs.worker.dispatchNamespace !== null;
  return (
    force ||
    !actual.state.exists ||
    (dispatched ? changes.some(({ path }) => isOf(path, 'settings')) : actual.deployment === null) ||
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

function uploadSteps(inputs: StepInputs): readonly Step[] {
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

/** A new Worker gets its settings with the upload. */
function settingsSteps({ worker, actual, changes }: StepInputs): readonly Step[] {
  if (!actual.state.exists || worker.dispatchNamespace !== null) return [];
  const fields = [
    ...new Set(
      changes.flatMap(({ path }) => {
        const [section, field] = path.split('.');
        return section === 'settings' && field !== undefined && ownsSetting(worker, field) ? [field] : [];
      }),
    ),
  ];
  if (fields.length === 0) return [];
  const wanted: Readonly<Record<string, unknown>> = {
    logpush: worker.settings.logpush ?? false,
    observability: worker.settings.observability ?? { enabled: false },
    tail_consumers: worker.settings.tail_consumers ?? [],
    streaming_tail_consumers: worker.settings.streaming_tail_consumers ?? [],
    tags: [...actual.tags.filter((tag) => !isOwnTag(tag)), ...wantedTags(worker)],
  };
  const before: Readonly<Record<string, unknown>> = { ...actual.state.settings, tags: actual.tags };
  const pick = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(fields.map((field) => [field, values[field] ?? null]));
  return [{ kind: 'script-settings', before: pick(before), after: pick(wanted) }];
}

/**
 * Whether a deploy may set a script-level setting. What the files do not mention belongs to the dashboard, except
 * observability and our own tags, which wrangler sets on every deploy too.
 */
function ownsSetting({ settings }: ResolvedWorker, field: string): boolean {
  if (field === 'observability' || field === 'tags') return true;
  return (settings as Readonly<Record<string, unknown>>)[field] !== undefined;
}

/** Whether a deploy would do something about a difference; the others are left to whoever made them. */
export function isActedOn(worker: ResolvedWorker, { path, kind }: Change): boolean {
  const [section, field = ''] = path.split('.');
  if (section === 'settings') return ownsSetting(worker, field);
  return !(section === 'secrets' && kind === 'removed');
}

function subdomainSteps({ worker, actual, changes }: StepInputs): readonly Step[] {
  if (worker.dispatchNamespace !== null) return [];
  const { workersDev, previewUrls } = worker.triggers;
  const after = {
    enabled: workersDev,
    ...(previewUrls === undefined ? {} : { previews_enabled: previewUrls }),
  };
  const live = actual.state.workersDev;
  // A new Worker starts with both switched off.
  const before = live.known ? live.value : { enabled: false };
  const differs = actual.state.exists ? touches(changes, 'workersDev') : workersDev || previewUrls === true;
  return differs ? [{ kind: 'subdomain', before, after }] : [];
}

function routeSteps({ worker, actual, changes }: StepInputs): readonly Step[] {
  const { routes } = worker.triggers;
  if (routes === undefined || !touches(changes, 'routes')) return [];
  return [
    {
      kind: 'routes',
      before: actual.triggers.routes.map(({ pattern, zoneId, zoneName }) =>
        wantedZone({ pattern }, zoneId, zoneName),
      ),
      after: routes.map(({ pattern, zoneId, zoneName }) => wantedZone({ pattern }, zoneId, zoneName)),
    },
  ];
}

function domainSteps({ worker, actual, changes, takeOver }: StepInputs): readonly Step[] {
  const { customDomains } = worker.triggers;
  if (customDomains === undefined || !touches(changes, 'customDomains')) return [];
  return [
    {
      kind: 'custom-domains',
      before: actual.triggers.domains.map(({ hostname, zoneId, zoneName }) =>
        wantedZone({ hostname }, zoneId, zoneName),
      ),
      after: customDomains.map((domain) => ({
        ...wantedZone({ hostname: domain.hostname }, domain.zoneId, domain.zoneName),
        ...(domain.enabled === undefined ? {} : { enabled: domain.enabled }),
        ...(domain.previewsEnabled === undefined ? {} : { previews_enabled: domain.previewsEnabled }),
      })),
      takeOver,
    },
  ];
}

function cronSteps({ worker, actual, changes }: StepInputs): readonly Step[] {
  const { crons } = worker.triggers;
  if (crons === undefined || !touches(changes, 'crons')) return [];
  const before = actual.state.crons.known ? actual.state.crons.value : [];
  return [{ kind: 'crons', before, after: crons }];
}

function consumerSteps({ worker, actual, changes }: StepInputs): readonly Step[] {
  const wanted = worker.triggers.queueConsumers;
  if (wanted === undefined || !touches(changes, 'queueConsumers')) return [];
  const edits = actual.triggers.queues.flatMap((queue): readonly ConsumerEdit[] => {
    const declared = wanted.find((consumer) => consumer.queue === queue.name);
    const live = queue.consumers.find((consumer) => isOwnConsumer(queue, consumer, worker));
    const differs = changes.some(
      ({ path }) => path.startsWith('queueConsumers') && path.includes(queue.name),
    );
    if (!differs || (declared === undefined && live === undefined)) return [];
    const before: WantedConsumer | null =
      live === undefined
        ? null
        : {
            type: live.type === 'http_pull' ? 'http_pull' : 'worker',
            ...(live.scriptName === null ? {} : { script_name: live.scriptName }),
            ...(live.deadLetterQueue === null ? {} : { dead_letter_queue: live.deadLetterQueue }),
            settings: live.settings,
          };
    const after = declared === undefined ? null : toWanted(declared, worker.scriptName);
    return [{ queue, consumerId: live?.id ?? null, before, after }];
  });
  return edits.length === 0 ? [] : [{ kind: 'queue-consumers', edits }];
}

function workflowSteps({ worker, actual, changes }: StepInputs): readonly Step[] {
  const wanted = worker.triggers.workflows ?? [];
  const put = wanted.filter(
    ({ name }) =>
      !actual.state.exists ||
      changes.some(({ path, kind }) => isOf(path, `workflows.${name}`) && kind !== 'removed') ||
      changes.some(({ path }) => path === `workflows[${name}]`),
  );
  if (put.length === 0) return [];
  const known = actual.triggers.workflows.map(({ name }) => name);
  return [
    { kind: 'workflows', put, created: put.map(({ name }) => name).filter((name) => !known.includes(name)) },
  ];
}

function toWanted(consumer: QueueConsumer, scriptName: string): WantedConsumer {
  return {
    type: consumer.type,
    ...(consumer.type === 'worker' ? { script_name: scriptName } : {}),
    ...(consumer.deadLetterQueue === undefined ? {} : { dead_letter_queue: consumer.deadLetterQueue }),
    settings: consumer.settings,
  };
}

function wantedZone<T extends object>(
  entry: T,
  zoneId: string | null | undefined,
  zoneName: string | null | undefined,
): T & { readonly zone_id?: string; readonly zone_name?: string } {
  if (zoneId !== null && zoneId !== undefined) return { ...entry, zone_id: zoneId };
  return zoneName === null || zoneName === undefined ? entry : { ...entry, zone_name: zoneName };
}

function touches(changes: readonly Change[], section: string): boolean {
  return changes.some(({ path }) => isOf(path, section));
}

function isOf(path: string, section: string): boolean {
  return path === section || path.startsWith(`${section}.`) || path.startsWith(`${section}[`);
}
