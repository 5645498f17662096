import { failure } from '../../api/errors.ts';
import type { FailureName } from '../../api/failures.ts';
import { param } from '../../api/endpoint.ts';
import type { Call } from '../../api/endpoint.ts';
import { keyOf, scriptKey } from '../../store/documents.ts';
import type { ScriptDocument, VersionDocument } from '../../store/model/scripts.ts';
import type { Reader } from '../../store/store.ts';

/** The Worker of the path's `script_name` (and `dispatch_namespace`). @throws 10007 or `missing`; 100119 */
export function findScript(
  call: Call,
  reader: Reader = call.store,
  missing: FailureName = 'workerNotFound',
): ScriptDocument {
  const script = reader.get('script', pathScriptKey(call));
  if (script !== undefined) return script;
  const namespace = call.params['dispatch_namespace'];
  if (
    namespace !== undefined &&
    reader.get('dispatchNamespace', keyOf(call.account.id, namespace)) === undefined
  ) {
    throw failure('dispatchNamespaceNotFound');
  }
  throw failure(missing);
}

/** Store key of the path's Worker. */
export function pathScriptKey(call: Call): string {
  return scriptKey(call.account.id, param(call, 'script_name'), call.params['dispatch_namespace'] ?? null);
}

/** A version of a script by id. @throws 100146 */
export function findVersion(script: ScriptDocument, id: string): VersionDocument {
  const version = script.versions.find((candidate) => candidate.id === id);
  if (version === undefined) throw failure('versionNotFound');
  return version;
}

/** The newest version. @throws 10222 when there is none. */
export function newestVersion(script: ScriptDocument): VersionDocument {
  const version = script.versions.at(-1);
  if (version === undefined) throw failure('noVersions');
  return version;
}

/** True when the newest version is in the live deployment. */
export function newestIsLive(script: ScriptDocument): boolean {
  const newest = script.versions.at(-1);
  return script.deployments[0]?.versions.some(({ versionId }) => versionId === newest?.id) === true;
}
