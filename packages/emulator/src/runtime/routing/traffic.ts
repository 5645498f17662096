import { createHash } from 'node:crypto';
import { parseDictionary } from 'structured-headers';
import type { VersionDocument } from '../../store/model/scripts.ts';
import type { LiveVersion } from './live-versions.ts';

/** Header that asks for versions by Worker name. Source: docs, "Version overrides". */
export const OVERRIDES_HEADER = 'cloudflare-workers-version-overrides';
/** Header that keeps one caller on one version. Source: docs, "Version affinity". */
export const AFFINITY_HEADER = 'cloudflare-workers-version-key';

/** What decides which version answers a request. */
export interface TrafficQuestion {
  scriptName: string;
  /** Versions of the current deployment, newest first. */
  live: readonly LiveVersion[];
  headers: Headers;
  /** Gives a number from 0 (inclusive) to 1 (exclusive). */
  random: () => number;
}

/**
 * Chooses the version for a request: the override if it names a version of the deployment, else by the affinity key,
 * else at random by share.
 * @returns undefined when nothing is deployed.
 */
export function chooseVersion({
  scriptName,
  live,
  headers,
  random,
}: TrafficQuestion): VersionDocument | undefined {
  const wanted = overrideFor(scriptName, headers.get(OVERRIDES_HEADER));
  const overridden = live.find(({ version }) => version.id === wanted);
  if (overridden !== undefined) return overridden.version;
  const key = headers.get(AFFINITY_HEADER);
  return byShare(live, key === null ? random() : positionOf(`${scriptName}:${key}`));
}

/** The version id the header names for this Worker. A header that is no structured dictionary is ignored. */
function overrideFor(scriptName: string, header: string | null): string | undefined {
  if (header === null) return undefined;
  try {
    const value = parseDictionary(header).get(scriptName)?.[0];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The newest version owns the start of the line from 0 to 1, so a position on it stays there as its share grows.
 */
function byShare(live: readonly LiveVersion[], position: number): VersionDocument | undefined {
  const total = live.reduce((sum, { percentage }) => sum + percentage, 0);
  let end = 0;
  for (const { version, percentage } of live) {
    end += percentage / total;
    if (percentage > 0 && position < end) return version;
  }
  return live.findLast(({ percentage }) => percentage > 0)?.version ?? live[0]?.version;
}

/** A stable number from 0 (inclusive) to 1 (exclusive) for a key. */
function positionOf(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE(0) / 2 ** 32;
}
