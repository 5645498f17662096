import { compareWhole } from '../compare.ts';
import { digestOf } from '../marker.ts';
import { runtimeOf } from './runtime.ts';
import { always, defineSection, known, unknown, type Wanted } from '../section.ts';

/** How Cloudflare replaces running code when nothing is said. */
const USUAL_UPDATE = { mode: 'deferred', max_delay: 300 };

/**
 * Digest of the versioned configuration as uploaded, as the version's marker says. It covers fields that the API takes
 * and never gives back; where a readable field differs too, that difference is told instead of this one.
 */
export const config = defineSection<string | null>({
  carrier: 'upload',
  desired: configDigest,
  async read(live) {
    const digest = (await live.marker())?.config;
    if (digest !== undefined) return known(digest);
    const { worker } = live;
    const writeOnly =
      Object.keys(worker.unsafeMetadata).length > 0 ||
      worker.settings.streaming_tail_consumers !== undefined ||
      Object.keys(worker.assets?.config ?? {}).length > 0 ||
      unusualUpdate(worker) !== undefined;
    // Everything else of the configuration is compared field by field.
    return writeOnly
      ? unknown('the live version carries no digest of the fields that the API does not give back')
      : known(null);
  },
  compare: (desired, actual) => (actual === null ? [] : compareWhole(desired, actual)),
  owns: always,
});

/** Over everything versioned that is uploaded, write-only fields included; script-level settings are not. */
function configDigest({ worker, assets }: Pick<Wanted, 'worker' | 'assets'>): string {
  return digestOf({
    bindings: worker.bindings.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    assetsBinding: worker.assets?.binding ?? null,
    assetsConfig: assets?.config ?? null,
    runtime: runtimeOf(worker),
    exports: worker.exports,
    unsafe: worker.unsafeMetadata,
    keepVars: worker.keepVars,
    // These travel with the upload, and no answer gives them back.
    streamingTailConsumers: worker.settings.streaming_tail_consumers,
    codeUpdateStrategy: unusualUpdate(worker),
  });
}

/** Undefined for the usual one, so that Workers without the field keep their digest. */
function unusualUpdate({ codeUpdateStrategy }: Wanted['worker']): object | undefined {
  return digestOf(codeUpdateStrategy) === digestOf(USUAL_UPDATE) ? undefined : codeUpdateStrategy;
}
