import type { Assumptions } from '../../api/assumptions.ts';
import { assumed } from '../../api/behaviour.ts';
import { failure } from '../../api/errors.ts';
import { refuseUnknown } from '../../api/body.ts';
import type { DeploymentDocument, ScriptDocument, VersionDocument } from '../../store/model/scripts.ts';
import type { Reader } from '../../store/store.ts';
import { bindingKind } from '../../bindings/registry.ts';
import { isSecret } from '../../bindings/targets.ts';
import { DEPLOYABLE_VERSIONS } from '../account/limits.ts';
import { isObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';

/** When a secret counts as changed. */
export const SECRETS_COMPARED_BY_VALUE = assumed(
  'secrets-compared-by-value',
  'Secrets count as changed when their values differ between the old version and the live one.',
  'They count as changed once they were put or deleted, whatever the value.',
);
/** Whether clients of the API get the refusal that the one that was read handles. */
export const SECRETS_HOLD_BACK = assumed(
  'secrets-hold-back',
  'The refusal 10220 is for every client.',
  'The API goes back over changed secrets without a word.',
);

/**
 * Shares of a deployment request: one or two different versions whose percentages total 100.
 * @throws 10021
 */
export function readShares(body: JsonObject): DeploymentDocument['versions'] {
  if (body['strategy'] !== 'percentage') throw failure('invalidRequest', 'strategy must be "percentage".');
  const list = body['versions'];
  if (!Array.isArray(list) || list.length < 1 || list.length > 2) {
    throw failure('invalidRequest', 'A deployment has one or two versions.');
  }
  const shares = list.map(readShare);
  if (new Set(shares.map(({ versionId }) => versionId)).size < shares.length) {
    throw failure('invalidRequest', 'A deployment names each version once.');
  }
  const total = shares.reduce((sum, { percentage }) => sum + percentage, 0);
  if (Math.abs(total - 100) > 1e-6)
    throw failure('shareTotal', `The percentages must total 100, not ${total}.`);
  return shares;
}

/**
 * The versions of a deployment, each checked for whether it can (still) be deployed.
 * @param force Skips the check for changed secrets.
 * @throws 100146 unknown, 100147 not among the newest 100, 100140 across a Durable Object migration or with a bound
 * resource gone, 10220 secrets changed since, 100405 different exports in a split, 10021 different assets base paths.
 */
export function checkDeployable(
  script: ScriptDocument,
  shares: DeploymentDocument['versions'],
  reader: Reader,
  { force, assumptions }: { force: boolean; assumptions: Assumptions },
): VersionDocument[] {
  const versions = shares.map(({ versionId }) => {
    const index = script.versions.findIndex((candidate) => candidate.id === versionId);
    const version = script.versions[index];
    if (version === undefined) throw failure('versionNotFound', `Version ${versionId} could not be found.`);
    if (script.versions.length - index > DEPLOYABLE_VERSIONS) throw failure('versionTooOld');
    return version;
  });
  for (const version of versions) {
    if (version.migrationTag !== script.migrationTag) {
      throw failure(
        'rollbackResources',
        'The version was made before a Durable Object migration and cannot be deployed.',
      );
    }
    if (crossesLifecycle(script, version)) {
      throw failure(
        'rollbackResources',
        'The version was made before its exports changed Durable Object classes and cannot be deployed.',
      );
    }
    const gone = version.bindings.find((binding) =>
      bindingKind(binding.type)?.isGone?.(binding, script.accountId, reader),
    );
    if (gone !== undefined) {
      throw failure('rollbackResources', `The resource of binding '${gone.name}' no longer exists.`);
    }
  }
  if (!force && assumptions.hold(SECRETS_HOLD_BACK)) checkSecrets(script, versions, assumptions);
  const [first, second] = versions;
  if (second !== undefined && JSON.stringify(first?.exports ?? null) !== JSON.stringify(second.exports)) {
    throw failure('splitExportsDiffer');
  }
  if (second !== undefined && basePathOf(first) !== basePathOf(second)) {
    throw failure(
      'invalidRequest',
      'All versions of a split deployment must have the same assets base_path.',
    );
  }
  return versions;
}

/** Names of secrets that differ between a version and what is live, when the version is older than that. */
export function changedSecrets(script: ScriptDocument, target: VersionDocument): string[] {
  const liveIds = new Set(script.deployments[0]?.versions.map(({ versionId }) => versionId));
  const live = script.versions.filter((version) => liveIds.has(version.id));
  const newest = live.toSorted((a, b) => b.number - a.number)[0];
  if (newest === undefined || target.number >= newest.number) return [];
  const before = secretsOf(target);
  const now = secretsOf(newest);
  const names = [...new Set([...before.keys(), ...now.keys()])];
  return names.filter((name) => before.get(name) !== now.get(name)).toSorted();
}

/** Names of secrets that were put or deleted after a version was made, whatever their value is. */
function touchedSecrets(script: ScriptDocument, { createdOn }: VersionDocument): string[] {
  const touched = script.secretChanges.filter(({ at }) => at > createdOn);
  return [...new Set(touched.map(({ name }) => name))].toSorted();
}

/** Rollbacks cannot cross a change of classes by declarative exports (page "Durable Objects migrations"). */
function crossesLifecycle(script: ScriptDocument, version: VersionDocument): boolean {
  const { lifecycleVersion } = script;
  if (lifecycleVersion === undefined || version.number >= lifecycleVersion) return false;
  const changer = script.versions.find(({ number }) => number === lifecycleVersion);
  return JSON.stringify(changer?.exports ?? null) !== JSON.stringify(version.exports);
}

function basePathOf(version: VersionDocument | undefined): Json | undefined {
  return version?.assets?.config['base_path'] ?? null;
}

function checkSecrets(script: ScriptDocument, versions: VersionDocument[], assumptions: Assumptions): void {
  const byValue = assumptions.hold(SECRETS_COMPARED_BY_VALUE);
  const changedSince = byValue ? changedSecrets : touchedSecrets;
  const changed = [...new Set(versions.flatMap((version) => changedSince(script, version)))];
  if (changed.length > 0) {
    throw failure('secretsChanged', `The following secrets have changed: ${changed.join(', ')}`);
  }
}

function secretsOf(version: VersionDocument): Map<string, string> {
  const secrets = version.bindings.filter(isSecret);
  return new Map(secrets.map((secret) => [secret.name, JSON.stringify(secret)]));
}

function readShare(value: Json | undefined): DeploymentDocument['versions'][number] {
  if (!isObject(value)) throw failure('invalidRequest', 'An entry of versions must be an object.');
  refuseUnknown(value, ['version_id', 'percentage'], 'versions[].');
  const { version_id: versionId, percentage } = value;
  if (typeof versionId !== 'string') throw failure('invalidRequest', 'version_id must be a string.');
  if (typeof percentage !== 'number' || !(percentage >= 0 && percentage <= 100)) {
    throw failure('invalidRequest', 'percentage must be between 0 and 100.');
  }
  return { versionId, percentage };
}
