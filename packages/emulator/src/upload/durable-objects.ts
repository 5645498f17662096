import type { AccountDocument, ScriptDocument, ScriptShape } from '../store/model.ts';
import { scriptKey } from '../store/documents.ts';
import type { Reader } from '../store/store.ts';
import { reconcileExports } from '../rules/exports.ts';
import type { Reconciliation } from '../rules/exports.ts';
import { applyMigrations } from '../rules/migrations.ts';
import type { MigrationOutcome } from '../rules/migrations.ts';
import type { UploadMetadata } from './metadata.ts';
import type { UploadTarget } from './prepare.ts';
import { classesOf } from './start-script.ts';

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
  const state = {
    tag: unchanged.tag,
    namespaces: unchanged.namespaces,
    exportedClasses: classesOf(shape),
    plan: account.plan,
    newId: upload.newId,
    findForeign: (name: string, className: string) =>
      reader
        .get('script', scriptKey(account.id, name, target.dispatchNamespace))
        ?.durableObjectNamespaces.find((namespace) => namespace.className === className),
  };
  if (metadata.migrations !== null) {
    return { outcome: applyMigrations(metadata.migrations, state), reconciliation: null };
  }
  if (metadata.exports !== undefined && metadata.exports !== null && target.mode === 'script') {
    return reconcileExports(metadata.exports, state);
  }
  return { outcome: unchanged, reconciliation: null };
}
