import { failure } from '../api/errors.ts';
import type { AccountDocument } from '../store/model/accounts.ts';
import type { ScriptDocument, ScriptShape } from '../store/model/scripts.ts';
import { scriptKey } from '../store/documents.ts';
import type { Reader, Transaction } from '../store/store.ts';
import { declaresClasses } from '../rules/durable-objects/entry.ts';
import { reconcileExports } from '../rules/durable-objects/reconcile.ts';
import type { ExportsState, Reconciliation } from '../rules/durable-objects/work.ts';
import { applyMigrations } from '../rules/durable-objects/migrations.ts';
import type { MigrationOutcome } from '../rules/durable-objects/migrations.ts';
import type { UploadMetadata } from './metadata.ts';
import type { UploadTarget } from './upload-target.ts';
import { classesOf, durableObjectClassesOf } from './start-script.ts';
import { compact } from '../json.ts';

/**
 * Durable Object namespaces of a script after an upload's migrations or declarative exports.
 * @throws ApiFailure of the migration and export rules.
 */
export function durableObjectsAfter(
  reader: Reader,
  upload: {
    account: AccountDocument;
    script: ScriptDocument | undefined;
    target: UploadTarget;
    metadata: UploadMetadata;
    shape: ScriptShape;
    newId: () => string;
  },
): { outcome: MigrationOutcome; reconciliation: Reconciliation | null } {
  const { account, script, target, metadata, shape } = upload;
  const unchanged: MigrationOutcome = {
    tag: script?.migrationTag ?? null,
    namespaces: script?.durableObjectNamespaces ?? [],
    deletedIds: [],
    transfers: [],
  };
  const state: ExportsState = {
    tag: unchanged.tag,
    namespaces: unchanged.namespaces,
    exportedClasses: classesOf(shape),
    plan: account.plan,
    newId: upload.newId,
    findForeign: (name, className) =>
      reader
        .get('script', scriptKey(account.id, name, target.dispatchNamespace))
        ?.durableObjectNamespaces.find((namespace) => namespace.className === className),
    self: { accountId: account.id, name: target.scriptName, dispatchNamespace: target.dispatchNamespace },
    durableObjectClasses: durableObjectClassesOf(shape),
    expected: script?.expectedTransfers ?? [],
    reader,
  };
  const exports = metadata.versionSettings.exports ?? null;
  if (metadata.migrations !== null) {
    if (declaresClasses(exports)) {
      throw failure('invalidRequest', 'migrations and Durable Object entries in exports exclude each other.');
    }
    return { outcome: applyMigrations(metadata.migrations, state), reconciliation: null };
  }
  if (exports !== null && target.mode === 'script') {
    return reconcileExports(exports, state);
  }
  return { outcome: unchanged, reconciliation: null };
}

/**
 * The script with the namespaces of an outcome; the other scripts of transfers are written too.
 * @param version Number of the version that brought them.
 */
export function withDurableObjects(
  script: ScriptDocument,
  outcome: MigrationOutcome,
  version: number,
  tx: Transaction,
): ScriptDocument {
  const edit = (name: string, change: (other: ScriptDocument) => Partial<ScriptDocument>): void => {
    const key = scriptKey(script.accountId, name, script.dispatchNamespace);
    const other = tx.get('script', key);
    if (other !== undefined) tx.put('script', key, { ...other, ...change(other) });
  };
  for (const { fromScript, id } of outcome.transfers) {
    edit(fromScript, ({ durableObjectNamespaces }) => ({
      durableObjectNamespaces: durableObjectNamespaces.filter((namespace) => namespace.id !== id),
    }));
  }
  for (const { toScript, namespace } of outcome.handedOver ?? []) {
    edit(toScript, ({ durableObjectNamespaces, expectedTransfers = [] }) => ({
      durableObjectNamespaces: [...durableObjectNamespaces, { ...namespace, transferredFrom: script.name }],
      expectedTransfers: expectedTransfers.filter(
        ({ className, from }) => className !== namespace.className || from !== script.name,
      ),
    }));
  }
  const named = (list: ScriptDocument['durableObjectNamespaces']): string =>
    list.map(({ id, className }) => `${id} ${className}`).join();
  const changed =
    outcome.expected !== undefined && named(script.durableObjectNamespaces) !== named(outcome.namespaces);
  return {
    ...script,
    migrationTag: outcome.tag,
    durableObjectNamespaces: outcome.namespaces,
    ...compact({ expectedTransfers: outcome.expected }),
    ...(changed ? { lifecycleVersion: version } : {}),
  };
}
