import { refuseUnknown } from '../api/body.ts';
import { failure } from '../api/errors.ts';
import { isObject } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';
import { MAX_TAGS } from '../rules/account/limits.ts';
import { readCompatibilityDate, readObject, readText, readTexts, liveExports } from './read-values.ts';
import { inViews, setting } from './setting.ts';
import type { Setting, View } from './setting.ts';

/** Another Worker that gets a Worker's traces. */
export type TailConsumer = { service: string; environment?: string; namespace?: string };

const SETTINGS_OF_SCRIPT = ['script-settings', 'settings'] as const satisfies View[];

/** Settings of a Worker as a whole. They change in place and belong to no version. */
export const SCRIPT_SETTINGS = {
  logpush: setting<boolean>({
    name: 'logpush',
    initial: false,
    editable: true,
    read: (value) => {
      if (typeof value !== 'boolean') throw failure('invalidRequest', 'logpush must be a boolean.');
      return value;
    },
    shown: inViews([...SETTINGS_OF_SCRIPT, 'script', 'worker']),
  }),
  observability: setting<JsonObject | null>({
    name: 'observability',
    initial: null,
    editable: true,
    read: readObservability,
    shown: {
      ...inViews([...SETTINGS_OF_SCRIPT, 'script']),
      worker: (value) => value ?? { enabled: false },
    },
  }),
  tags: setting<string[]>({
    name: 'tags',
    initial: [],
    editable: true,
    keptByUploads: true,
    read: (value) => {
      const tags = readTexts('tags', value);
      if (tags.length > MAX_TAGS) throw failure('invalidRequest', `A Worker has at most ${MAX_TAGS} tags.`);
      return tags;
    },
    shown: inViews([...SETTINGS_OF_SCRIPT, 'script', 'worker']),
  }),
  tailConsumers: setting<TailConsumer[]>({
    name: 'tail_consumers',
    initial: [],
    editable: true,
    read: readTailConsumers,
    shown: {
      ...inViews([...SETTINGS_OF_SCRIPT, 'script']),
      worker: (consumers) => consumers.map(({ service }) => ({ name: service })),
    },
  }),
} as const satisfies Record<string, Setting<Json>>;

/** What Cloudflare says of a version without compatibility date. */
const OLDEST_DATE = '2021-11-02';
const SETTINGS_OF_VERSION = ['settings', 'version runtime', 'worker version'] as const satisfies View[];

/** Settings that are part of each version. Changing one makes a version. */
export const VERSION_SETTINGS = {
  compatibilityDate: setting<string | null>({
    name: 'compatibility_date',
    initial: null,
    editable: true,
    restarts: true,
    read: readCompatibilityDate,
    shown: inViews([...SETTINGS_OF_VERSION, 'script'], (date) => date ?? OLDEST_DATE),
  }),
  compatibilityFlags: setting<string[]>({
    name: 'compatibility_flags',
    initial: [],
    editable: true,
    restarts: true,
    read: (value) => readTexts('compatibility_flags', value),
    shown: inViews([...SETTINGS_OF_VERSION, 'script']),
  }),
  usageModel: setting<string>({
    name: 'usage_model',
    initial: 'standard',
    editable: true,
    read: (value) => readText('usage_model', value),
    shown: inViews([...SETTINGS_OF_VERSION, 'script']),
  }),
  limits: setting<JsonObject | null>({
    name: 'limits',
    initial: null,
    editable: true,
    read: (value, { plan }) => {
      const limits = readObject('limits', value);
      if (limits['cpu_ms'] !== undefined && plan === 'free') throw failure('cpuLimitFree');
      return limits;
    },
    shown: inViews([...SETTINGS_OF_VERSION, 'service']),
  }),
  placement: setting<JsonObject | null>({
    name: 'placement',
    initial: null,
    editable: true,
    read: (value) => readObject('placement', value),
    shown: inViews(['settings', 'script', 'worker version']),
    also: {
      name: 'placement_mode',
      shown: inViews(['script', 'version script'], (value) => value?.['mode']),
    },
  }),
  cacheOptions: setting<JsonObject | null>({
    name: 'cache_options',
    initial: null,
    editable: true,
    read: (value) => readObject('cache_options', value),
    shown: inViews(['settings', 'script', 'worker version']),
  }),
  /** Declarative exports as uploaded. */
  exports: setting<JsonObject | null>({
    name: 'exports',
    initial: null,
    editable: false,
    read: (value) => readObject('exports', value),
    shown: inViews(['settings', 'script', 'version runtime', 'worker version'], liveExports),
  }),
  packageDependencies: setting<Json[] | null>({
    name: 'package_dependencies',
    initial: null,
    editable: false,
    read: (value) => (Array.isArray(value) ? value : null),
    shown: inViews(['worker version']),
  }),
} as const satisfies Record<string, Setting<Json>>;

const OBSERVABILITY_FIELDS = [
  'enabled',
  'head_sampling_rate',
  'logs',
  'traces',
  'issues',
  'redact_query_string',
];

function readObservability(value: Json): JsonObject {
  const observability = readObject('observability', value);
  refuseUnknown(observability, OBSERVABILITY_FIELDS, 'observability.');
  const { enabled, head_sampling_rate: rate } = observability;
  // Seen in real projects: `{ logs: { enabled: true } }` alone is taken.
  if (enabled !== undefined && typeof enabled !== 'boolean')
    throw failure('invalidRequest', 'observability.enabled must be a boolean.');
  if (rate !== undefined && rate !== null && (typeof rate !== 'number' || rate < 0 || rate > 1)) {
    throw failure('invalidRequest', 'observability.head_sampling_rate must be between 0 and 1.');
  }
  return observability;
}

function readTailConsumers(value: Json): TailConsumer[] {
  if (!Array.isArray(value)) throw failure('invalidRequest', 'tail_consumers must be an array.');
  return value.map((item) => {
    if (!isObject(item) || typeof item['service'] !== 'string') {
      throw failure('invalidRequest', 'A tail consumer needs a service.');
    }
    refuseUnknown(item, ['service', 'environment', 'namespace'], 'tail_consumers[].');
    const { service, environment, namespace } = item;
    return {
      service,
      ...(typeof environment === 'string' ? { environment } : {}),
      ...(typeof namespace === 'string' ? { namespace } : {}),
    };
  });
}
