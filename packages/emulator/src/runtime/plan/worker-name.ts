import type { VersionDocument } from '../../store/model/scripts.ts';

/** A script, named: a Worker of the account, or of one of its dispatch namespaces. */
export interface ScriptRef {
  name: string;
  dispatchNamespace: string | null;
}

/** Key of a script within its account. */
export function refKey({ name, dispatchNamespace }: ScriptRef): string {
  return dispatchNamespace === null ? name : `${dispatchNamespace}/${name}`;
}

/** Name under which one version of a script runs in workerd. */
export function workerName(ref: ScriptRef, versionId: string): string {
  return `${refKey(ref)}@${versionId}`;
}

/** Name of the Worker that answers requests to a version: its code, or the front of its assets. */
export function answeringName(ref: ScriptRef, version: Pick<VersionDocument, 'id' | 'assets'>): string {
  const name = workerName(ref, version.id);
  return version.assets === null ? name : frontName(name);
}

/** Name of the Worker that holds the static assets of another one. */
export function assetsName(worker: string): string {
  return `${worker}#assets`;
}

/** Name of the Worker that decides between assets and code, for a Worker with assets. */
export function frontName(worker: string): string {
  return `${worker}#front`;
}
