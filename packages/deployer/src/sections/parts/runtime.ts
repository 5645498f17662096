import type { VersionSummary } from '../../cloudflare/shapes.ts';
import type { ResolvedWorker } from '../../resolve/resolved-worker.ts';
import { isPresent, presentFields, toFields } from '../canonical.ts';
import { compareFields } from '../compare.ts';
import type { LiveReads } from '../live.ts';
import type { JsonObject } from '../../json.ts';
import { always, defineSection, known } from '../section.ts';

/** Versioned settings of the runtime: compatibility, limits, placement, cache options. */
export const runtime = defineSection<JsonObject>({
  carrier: 'upload',
  desired: ({ worker }) => runtimeOf(worker),
  absent: {
    compatibility_date: null,
    compatibility_flags: [],
    limits: presentFields(null),
    placement: null,
    cache_options: presentFields(null),
  },
  async read(live) {
    const [version, unversioned] = await Promise.all([live.versioned(), readUnversioned(live)]);
    return known(
      {
        compatibility_date: version?.compatibilityDate ?? null,
        compatibility_flags: (version?.compatibilityFlags ?? []).toSorted(),
        limits: presentFields(version?.limits),
        ...unversioned.value,
      },
      unversioned.except,
    );
  },
  compare: compareFields,
  owns: always,
});

/** As the files want them, defaults filled in. */
export function runtimeOf(worker: ResolvedWorker): JsonObject {
  return {
    compatibility_date: worker.compatibilityDate,
    compatibility_flags: worker.compatibilityFlags.toSorted(),
    limits: presentFields(worker.runtime.limits),
    placement: canonicalPlacement(worker.runtime.placement),
    cache_options: presentFields(worker.runtime.cache_options),
  };
}

/** Placement as asked for; what Cloudflare reports about it (`status`, `last_analyzed_at`) is left out. */
export function canonicalPlacement(value: JsonObject | null | undefined): JsonObject | null {
  const wanted = toFields(
    Object.fromEntries(
      Object.entries(value ?? {}).filter(
        ([key, entry]) => !['status', 'last_analyzed_at'].includes(key) && isPresent(entry),
      ),
    ),
  );
  return Object.keys(wanted).length === 0 || wanted['mode'] === 'off' ? null : wanted;
}

/**
 * Placement and cache options are told by settings, which show those of the newest version; of the live one only when
 * it is the newest, or where its own answer has them.
 */
async function readUnversioned(
  live: LiveReads,
): Promise<{ readonly value: JsonObject; readonly except: Readonly<Record<string, string>> }> {
  const version = live.worker.dispatchNamespace === null ? await live.version() : null;
  const settings = await live.settings().catch((error: Error) => error);
  const newer = await live.newer().catch((error: Error) => error);
  const shown = settings instanceof Error ? null : settings;
  const fields = {
    placement: { own: version?.placement, shown: shown?.placement, canonical: canonicalPlacement },
    cache_options: { own: version?.cacheOptions, shown: shown?.cacheOptions, canonical: presentFields },
  };
  const why = whyNotShown(settings, newer);
  const readable = Object.entries(fields).filter(([, { own }]) => own !== undefined || why === null);
  const hidden = Object.keys(fields).filter((name) => !readable.some(([readName]) => readName === name));
  return {
    value: Object.fromEntries(
      readable.map(([name, { own, shown: newest, canonical }]) => [name, canonical(own ?? newest)]),
    ),
    except: Object.fromEntries(hidden.map((name) => [name, why ?? ''])),
  };
}

function whyNotShown(settings: object, newer: Error | VersionSummary | null): string | null {
  if (settings instanceof Error) return settings.message;
  if (newer instanceof Error) return newer.message;
  return newer === null ? null : `the API shows it of the newest version only, and that is ${newer.id}`;
}
