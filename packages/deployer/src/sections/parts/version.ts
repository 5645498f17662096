import { compareFields } from '../compare.ts';
import type { JsonObject } from '../../json.ts';
import { defineSection, known, unasked } from '../section.ts';

/** Name of the difference that a rollback makes. */
export const LIVE_VERSION = null;

/**
 * Which versions have the traffic: one, as far as the files go. A split is somebody's doing (a gradual deployment), so a
 * deploy leaves it unless it uploads; the other sections are those of the version with the largest share.
 */
export const version = defineSection<JsonObject>({
  carrier: null,
  desired: () => ({ traffic: 'all to one version' }),
  async read(live) {
    if (live.worker.dispatchNamespace !== null) {
      return unasked('Workers in a dispatch namespace have no versions');
    }
    const versions = (await live.deployments())[0]?.versions ?? [];
    if (versions.length < 2) return known({ traffic: 'all to one version' });
    return known({
      traffic: Object.fromEntries(versions.map(({ versionId, percentage }) => [versionId, percentage])),
    });
  },
  compare: compareFields,
  owns: () => false,
});
