import type { ReadClient } from '../cloudflare/client/calls.ts';
import type { LiveVersion, VersionSummary } from '../cloudflare/shapes.ts';
import { getVersion } from '../cloudflare/versions.ts';
import { compact } from '../json.ts';
import { readMarker, wasUploaded, type Marker } from './marker.ts';

/**
 * Finds out what code a version without a marker runs. Changing a secret or a setting in the dashboard makes a new
 * version that has no annotations; the etag is a hash of the code, so the newest marked version before it with the same
 * etag tells its digest; another etag is other code. Configuration and assets are carried over unless somebody uploaded in
 * between: the etag does not cover them. What can be read of the configuration is compared anyway. Two calls, only in
 * this case.
 *
 * Source: `resources.script.etag` of a version; annotations are never inherited.
 */
export async function recoverMarker(
  reader: ReadClient,
  {
    scriptName,
    version,
    newest,
  }: {
    readonly scriptName: string;
    readonly version: LiveVersion;
    /** The newest versions, read when they are asked for. */
    readonly newest: () => Promise<readonly VersionSummary[]>;
  },
): Promise<Partial<Marker> | null> {
  if (version.etag === null || version.etag === '') return null;
  const versions = await newest();
  const marked = versions.find(
    ({ number, annotations }) => number < version.number && readMarker(annotations) !== null,
  );
  if (marked === undefined) return null;
  const before = await getVersion(reader, scriptName, marked.id);
  if (before === null || before.etag === null) return null;
  if (before.etag !== version.etag) return { code: `etag ${version.etag}` };
  const marker = readMarker(marked.annotations);
  if (marker === null) return null;
  const uploaded = versions.some(
    (other) =>
      other.number > marked.number && other.number <= version.number && wasUploaded(other.annotations),
  );
  return {
    ...compact({ code: marker.code }),
    ...(uploaded || marker.assets === undefined ? {} : { assets: marker.assets }),
    ...(uploaded || marker.config === undefined ? {} : { config: marker.config }),
  };
}
