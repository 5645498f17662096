import { compact } from '../bindings/define-binding.ts';
import type { RuntimeSettings, ScriptSettings } from './resolved-worker.ts';
import type { PlainFields } from './schema/worker-fields.ts';

/** Script-level settings in the API's names. What the file does not say is left out. */
export function resolveSettings(fields: PlainFields): ScriptSettings {
  return compact({
    logpush: fields.logpush,
    observability: fields.observability,
    tail_consumers: fields.tail_consumers,
    streaming_tail_consumers: fields.streaming_tail_consumers,
  });
}

/** Versioned runtime settings in the API's names. What the file does not say is left out. */
export function resolveRuntime(fields: PlainFields): RuntimeSettings {
  return compact({
    limits: fields.limits,
    placement: resolvePlacement(fields.placement),
    cache_options: fields.cache,
  });
}

/** "off" sends nothing; a region, host or hostname is "targeted". As wrangler does. */
function resolvePlacement(placement: PlainFields['placement']): RuntimeSettings['placement'] {
  if (placement === undefined || placement.mode === 'off') return undefined;
  const { mode, ...target } = placement;
  return { mode: mode ?? 'targeted', ...target };
}
