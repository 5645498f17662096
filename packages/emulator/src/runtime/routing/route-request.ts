import type { ScriptDocument, VersionDocument } from '../../store/model/scripts.ts';
import type { Target } from '../serving/fetch-worker.ts';
import { liveVersions } from './live-versions.ts';
import { chooseVersion } from './traffic.ts';

/** What decides which version of a script answers. */
export interface RouteQuestion {
  script: ScriptDocument;
  /** The version a preview URL stands for. */
  preview?: VersionDocument | null;
  headers?: Headers;
  random: () => number;
}

/** The version of a script that is to answer. null: nothing of it is deployed. */
export function routeToVersion({
  script,
  preview = null,
  headers = new Headers(),
  random,
}: RouteQuestion): Target | null {
  const live = liveVersions(script);
  const version = preview ?? chooseVersion({ scriptName: script.name, live, headers, random });
  if (version === undefined) return null;
  const { name, dispatchNamespace, accountId } = script;
  return {
    ref: { name, dispatchNamespace },
    accountId,
    versionId: version.id,
    preview: !live.some((one) => one.version === version),
    runsCode: version.assets === null,
  };
}
