import type { ScriptDocument } from '../../store/model/scripts.ts';
import { liveVersions } from '../routing/live-versions.ts';
import type { SplitShare } from '../sources/split-source.ts';
import { answeringName, refKey, workerName } from './worker-name.ts';

/** The Worker that shares what other Workers ask of a script among its versions. */
export interface SplitPlan {
  name: string;
  scriptName: string;
  shares: SplitShare[];
  entrypoints: string[];
  /** Bindings by name: the version's Worker, and the entrypoint of it. */
  targets: Record<string, { name: string; entrypoint?: string }>;
}

/** Plans the split of a script. null: one version has all the traffic. */
export function planSplit(script: ScriptDocument): SplitPlan | null {
  const live = liveVersions(script);
  if (live.length < 2) return null;
  const entrypoints = new Set(
    live.flatMap(({ version }) =>
      version.shape.namedHandlers
        .filter(({ type }) => type === 'entrypoint' || type === 'object')
        .map(({ name }) => name),
    ),
  );
  const targets: SplitPlan['targets'] = {};
  for (const { version } of live) {
    targets[`${version.id}|`] = { name: answeringName(script, version) };
    for (const { name } of version.shape.namedHandlers) {
      if (entrypoints.has(name)) {
        targets[`${version.id}|${name}`] = { name: workerName(script, version.id), entrypoint: name };
      }
    }
  }
  return {
    name: `${refKey(script)}#split`,
    scriptName: script.name,
    shares: live.map(({ version, percentage }) => ({ versionId: version.id, percentage })),
    // Only names that may be written as an export.
    entrypoints: [...entrypoints].filter((name) => /^[A-Za-z_$][\w$]*$/.test(name)),
    targets,
  };
}
