import { assumed } from '../api/behaviour.ts';
import { failure } from '../api/errors.ts';
import type { Call } from '../api/endpoint.ts';
import { scriptKey } from '../store/documents.ts';
import type { DeploymentDocument, ScriptDocument, VersionDocument } from '../store/model/scripts.ts';
import type { Transaction } from '../store/store.ts';
import { checkQuota } from '../rules/account/quotas.ts';
import type { MigrationOutcome } from '../rules/durable-objects/migrations.ts';
import { withDurableObjects } from './durable-objects.ts';
import type { PreparedUpload } from './prepare.ts';
import type { UploadTarget } from './upload-target.ts';
import { INITIAL_SCRIPT_SETTINGS, settingsAfterUpload } from '../settings/settings.ts';

/** What becomes of settings of the Worker that an upload leaves out. */
export const UPLOAD_RESETS_SETTINGS = assumed(
  'upload-resets-settings',
  'An upload without observability, logpush or tail_consumers resets them; without tags keeps them.',
  'It keeps all of them.',
);

/**
 * Stores a prepared script upload and deploys it at 100 %.
 * @throws 10037 when the account has no room for another Worker, 10021 for another Durable Object class.
 */
export function applyScriptUpload(
  call: Call,
  target: UploadTarget,
  prepared: PreparedUpload,
  tx: Transaction,
): ScriptDocument {
  const before = readScript(tx, call, target);
  if (before === undefined) checkRoom(call, target, tx);
  const { version, durableObjects, metadata } = prepared;
  checkClassQuota(call, target, durableObjects, tx);
  const base = before ?? emptyScript(call, target);
  const deployed: ScriptDocument = {
    ...base,
    modifiedOn: version.createdOn,
    versions: [...base.versions, version],
    deployments: [
      {
        ...deploymentOf(call, [{ versionId: version.id, percentage: 100 }], {
          ...pick(version.annotations, 'workers/message'),
          'workers/triggered_by': 'upload',
        }),
        ...(metadata.codeUpdateStrategy === null ? {} : { codeUpdateStrategy: metadata.codeUpdateStrategy }),
      },
      ...base.deployments,
    ],
    settings: call.assumptions.hold(UPLOAD_RESETS_SETTINGS)
      ? settingsAfterUpload(base.settings, metadata.scriptSettings)
      : { ...base.settings, ...metadata.scriptSettings },
    lastDeployedFrom: call.source,
  };
  const after = withDurableObjects(deployed, durableObjects, version.number, tx);
  tx.put('script', keyOfTarget(call, target), after);
  return after;
}

/** Stores a prepared upload as a version that is not deployed. @throws 10007 when the Worker does not exist. */
export function applyVersionUpload(
  call: Call,
  target: UploadTarget,
  prepared: PreparedUpload,
  tx: Transaction,
): ScriptDocument {
  const before = readScript(tx, call, target);
  if (before === undefined) throw failure('workerNotFound');
  const after: ScriptDocument = { ...before, versions: [...before.versions, prepared.version] };
  tx.put('script', keyOfTarget(call, target), after);
  return after;
}

/** A deployment made now by this call's actor. */
export function deploymentOf(
  call: Pick<Call, 'ids' | 'clock' | 'actor' | 'source'>,
  versions: DeploymentDocument['versions'],
  annotations: Record<string, string>,
): DeploymentDocument {
  return {
    id: call.ids.uuid(),
    createdOn: call.clock.now().toISOString(),
    author: call.actor,
    source: call.source,
    strategy: 'percentage',
    versions,
    annotations,
  };
}

/** A copy of `base` as the next version of its script, with `changes`. */
export function nextVersion(
  call: Pick<Call, 'ids' | 'clock' | 'actor' | 'source'>,
  base: VersionDocument,
  script: ScriptDocument,
  changes: Partial<VersionDocument>,
): VersionDocument {
  return {
    ...base,
    annotations: {},
    migrationTag: script.migrationTag,
    ...changes,
    id: call.ids.uuid(),
    number: (script.versions.at(-1)?.number ?? 0) + 1,
    createdOn: call.clock.now().toISOString(),
    author: call.actor,
    source: call.source,
  };
}

/** The script with one more version, live at 100 %. */
export function withLiveVersion(
  call: Pick<Call, 'ids' | 'clock' | 'actor' | 'source'>,
  script: ScriptDocument,
  version: VersionDocument,
  triggeredBy: string,
): ScriptDocument {
  return {
    ...script,
    modifiedOn: version.createdOn,
    versions: [...script.versions, version],
    deployments: [
      deploymentOf(call, [{ versionId: version.id, percentage: 100 }], {
        'workers/triggered_by': triggeredBy,
      }),
      ...script.deployments,
    ],
    lastDeployedFrom: call.source,
  };
}

function readScript(tx: Transaction, call: Call, target: UploadTarget): ScriptDocument | undefined {
  return tx.get('script', keyOfTarget(call, target));
}

function keyOfTarget(call: Call, target: UploadTarget): string {
  return scriptKey(call.account.id, target.scriptName, target.dispatchNamespace);
}

/** Scripts and Durable Object classes of dispatch namespaces are not limited (page "Workers for Platforms: Limits"). */
function checkRoom(call: Call, target: UploadTarget, tx: Transaction): void {
  if (target.dispatchNamespace !== null) return;
  const { id, plan, workerLimit } = call.account;
  checkQuota(plan, 'workers', tx.list('script', id, null).length + 1, workerLimit);
}

function checkClassQuota(
  call: Call,
  target: UploadTarget,
  { namespaces }: MigrationOutcome,
  tx: Transaction,
): void {
  const before = readScript(tx, call, target)?.durableObjectNamespaces.length ?? 0;
  if (target.dispatchNamespace !== null || namespaces.length <= before) return;
  const others = tx
    .list('script', call.account.id, null)
    .reduce((sum, { durableObjectNamespaces }) => sum + durableObjectNamespaces.length, -before);
  checkQuota(call.account.plan, 'durableObjectClasses', others + namespaces.length);
}

function emptyScript(call: Call, target: UploadTarget): ScriptDocument {
  const now = call.clock.now().toISOString();
  return {
    accountId: call.account.id,
    name: target.scriptName,
    dispatchNamespace: target.dispatchNamespace,
    tag: call.ids.hex(),
    createdOn: now,
    modifiedOn: now,
    versions: [],
    deployments: [],
    settings: INITIAL_SCRIPT_SETTINGS,
    subdomain: { enabled: false, previewsEnabled: false },
    schedules: [],
    migrationTag: null,
    durableObjectNamespaces: [],
    secretChanges: [],
    lastDeployedFrom: call.source,
  };
}

function pick(annotations: Record<string, string>, key: string): Record<string, string> {
  const value = annotations[key];
  return value === undefined ? {} : { [key]: value };
}
