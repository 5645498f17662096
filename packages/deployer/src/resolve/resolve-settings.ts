import { compact } from '../json.ts';
import type { RuntimeSettings } from './resolved-worker.ts';
import type { PlainFields } from './schema/worker-fields.ts';

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
