import type { LiveSettings, LiveVersion } from '../cloudflare/shapes.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import {
  canonicalExports,
  canonicalFields,
  canonicalObservability,
  canonicalPlacement,
  canonicalServices,
  ownTags,
} from './canonical.ts';
import { bindingRecord } from './desired.ts';
import type { Marker } from './marker.ts';
import type { WorkerState } from './worker-state.ts';

/** Script-level settings as they are, in comparable form. */
export function liveSettings(settings: LiveSettings): WorkerState['settings'] {
  return {
    logpush: settings.logpush,
    observability: canonicalObservability(settings.observability),
    tail_consumers: canonicalServices(settings.tailConsumers),
    tags: ownTags(settings.tags),
  };
}

/** The static assets a marker names. */
export function assetsOf(worker: ResolvedWorker, marker: Partial<Marker> | null): WorkerState['assets'] {
  const digest = marker?.assets;
  if (digest !== undefined) return { known: true, value: digest === null ? null : { digest } };
  return worker.assets === null
    ? { known: true, value: null }
    : { known: false, why: 'the live version carries no digest of its assets' };
}

/** What versions and settings say alike. */
type Versioned = Pick<
  LiveVersion,
  'bindings' | 'compatibilityDate' | 'compatibilityFlags' | 'limits' | 'exports'
>;

/**
 * Placement and cache options are not in a version's answer; settings show those of the newest version, which is the
 * live one except after an unfinished deploy. The configuration digest covers that case.
 */
export function versionedState(
  worker: ResolvedWorker,
  settings: LiveSettings,
  version: Versioned | null,
): Pick<WorkerState, 'bindings' | 'secrets' | 'runtime' | 'exports'> {
  const bindings = version?.bindings ?? [];
  return {
    bindings: bindingRecord(bindings, worker.scriptName),
    secrets: bindings
      .filter(({ type }) => type === 'secret_text' || type === 'secret_key')
      .map(({ name }) => name)
      .toSorted(),
    runtime: {
      compatibility_date: version?.compatibilityDate ?? null,
      compatibility_flags: (version?.compatibilityFlags ?? []).toSorted(),
      limits: canonicalFields(version?.limits),
      placement: canonicalPlacement(settings.placement),
      cache_options: canonicalFields(settings.cacheOptions),
    },
    exports: worker.exports === null ? null : canonicalExports(version?.exports ?? null),
  };
}
