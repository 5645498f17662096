import type { ScriptDocument, VersionDocument } from '../../store/model/scripts.ts';

/** A version that gets traffic. */
export interface LiveVersion {
  version: VersionDocument;
  /** Share of the traffic, 0 to 100. A version at 0 is still reached by an override. */
  percentage: number;
}

/** Versions of the current deployment, newest version first. Empty when nothing is deployed. */
export function liveVersions(script: ScriptDocument): LiveVersion[] {
  const shares = script.deployments[0]?.versions ?? [];
  return shares
    .flatMap(({ versionId, percentage }) => {
      const version = versionOf(script, versionId);
      return version === undefined ? [] : [{ version, percentage }];
    })
    .toSorted((one, other) => other.version.number - one.version.number);
}

/**
 * The version that stands for the script where only one can: the one with the greatest share, of equal ones the newest.
 */
export function primaryVersion(script: ScriptDocument): VersionDocument | undefined {
  const [first, ...rest] = liveVersions(script);
  if (first === undefined) return undefined;
  return rest.reduce((best, live) => (live.percentage > best.percentage ? live : best), first).version;
}

/** A version of the script by its id. */
export function versionOf(script: ScriptDocument, versionId: string): VersionDocument | undefined {
  return script.versions.find(({ id }) => id === versionId);
}
