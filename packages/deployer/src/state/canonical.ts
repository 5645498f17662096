/**
 * Canonical forms that both sides of a diff go through, so that a default written out and a default left out are equal.
 * Source of the defaults: the API's settings, observability, placement and tail consumer schemas.
 */

type Fields = Readonly<Record<string, unknown>>;

/** Deeply equal values give equal text, whatever the order of their keys. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) =>
    isFields(entry)
      ? Object.fromEntries(Object.entries(entry).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : entry,
  );
}

/** Observability: none is `{ enabled: false }`; sub-sections that only repeat defaults disappear. */
export function canonicalObservability(value: Fields | null | undefined): Fields {
  const enabled = value?.['enabled'] === true;
  const { enabled: _enabled, logs, traces, issues, ...rest } = value ?? {};
  return {
    enabled,
    ...withoutDefaults(rest, { head_sampling_rate: 1, redact_query_string: false }),
    ...part('logs', logs, { enabled, head_sampling_rate: 1, invocation_logs: true, persist: true }),
    ...part('traces', traces, { enabled: false, head_sampling_rate: 1, persist: true }),
    ...part('issues', issues, { enabled: false }),
  };
}

/** Placement as asked for; what Cloudflare reports about it (`status`, `last_analyzed_at`) is left out. */
export function canonicalPlacement(value: Fields | null | undefined): Fields | null {
  const wanted = Object.fromEntries(
    Object.entries(value ?? {}).filter(
      ([key, entry]) => !['status', 'last_analyzed_at'].includes(key) && isPresent(entry),
    ),
  );
  return Object.keys(wanted).length === 0 || wanted['mode'] === 'off' ? null : wanted;
}

/** Limits, cache options: empty is none. */
export function canonicalFields(value: Fields | null | undefined): Fields | null {
  const present = Object.fromEntries(Object.entries(value ?? {}).filter(([, entry]) => isPresent(entry)));
  return Object.keys(present).length === 0 ? null : present;
}

/** Services in the order of their names; `environment: production` is the default. */
export function canonicalServices(value: readonly Fields[] | null | undefined): readonly Fields[] {
  return (value ?? [])
    .map((service) => withoutDefaults(service, { environment: 'production' }))
    .toSorted((a, b) => (stableJson(a) < stableJson(b) ? -1 : 1));
}

/** The tags that this tool and wrangler own; foreign tags are nobody's business here. */
export function ownTags(tags: readonly string[]): readonly string[] {
  return tags.filter(isOwnTag).toSorted();
}

/** `cf:service=` and `cf:environment=`. Source: tags that wrangler writes. */
export function isOwnTag(tag: string): boolean {
  return tag.startsWith('cf:service=') || tag.startsWith('cf:environment=');
}

/** Declarative exports as reads show them: entries of classes that are gone, and fields only written, left out. */
export function canonicalExports(value: Readonly<Record<string, unknown>> | null): Fields | null {
  const live = Object.entries(value ?? {}).flatMap(([name, entry]) => {
    if (!isFields(entry) || ['deleted', 'renamed', 'transferred'].includes(String(entry['state'] ?? '')))
      return [];
    const { type, storage } = entry;
    return type === 'durable-object'
      ? [[name, { type, ...(storage === undefined ? {} : { storage }) }] as const]
      : [];
  });
  return live.length === 0 ? null : Object.fromEntries(live);
}

function part(name: string, value: unknown, defaults: Fields): Fields {
  if (!isFields(value)) return {};
  const kept = withoutDefaults(value, defaults);
  return Object.keys(kept).length === 0 ? {} : { [name]: kept };
}

function withoutDefaults(value: Fields, defaults: Fields): Fields {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([key, entry]) =>
        isPresent(entry) && stableJson(entry) !== stableJson(defaults[key]) && !isEmptyList(entry),
    ),
  );
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
