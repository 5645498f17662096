import { compareWhole } from '../compare.ts';
import { shortDigest } from '../marker.ts';
import type { JsonObject } from '../../json.ts';
import { always, defineSection, known, unknown } from '../section.ts';

/** Digest of the static assets, as the version's marker says: the API does not tell what files a version has. */
export const assets = defineSection<JsonObject | null>({
  carrier: 'upload',
  desired: ({ assets: manifest }) => (manifest === null ? null : { digest: shortDigest(manifest.digest) }),
  absent: null,
  async read(live) {
    const digest = (await live.marker())?.assets;
    if (digest !== undefined) return known(digest === null ? null : { digest });
    return live.worker.assets === null
      ? known(null)
      : unknown('the live version carries no digest of its assets');
  },
  compare: compareWhole,
  owns: always,
});
