import { compareWhole } from '../compare.ts';
import { shortDigest } from '../marker.ts';
import { always, defineSection, known, unknown } from '../section.ts';

/** Digest of the uploaded code, as the version's marker says; null for an assets-only Worker. */
export const code = defineSection<string | null>({
  carrier: 'upload',
  desired: ({ bundle }) => (bundle === null ? null : shortDigest(bundle.digest)),
  async read(live) {
    const marker = await live.marker();
    if (marker?.code !== undefined) return known(marker.code);
    return live.worker.build === null
      ? known(null)
      : unknown('the live version carries no digest of its code');
  },
  compare: compareWhole,
  owns: always,
});
