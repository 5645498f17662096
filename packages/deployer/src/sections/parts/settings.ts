import type { LiveSettings } from '../../cloudflare/shapes.ts';
import { getSettings, patchScriptSettings } from '../../cloudflare/scripts.ts';
import type { ResolvedWorker } from '../../resolve/resolved-worker.ts';
import type { ScriptSettings } from '../../resolve/schema/setting-fields.ts';
import type { Change } from '../change.ts';
import { stableJson, toFields, toJson, withoutDefaults } from '../canonical.ts';
import { compareFields } from '../compare.ts';
import { defineSection, known, type StepInputs } from '../section.ts';
import { isObject, type Json, type JsonObject } from '../../json.ts';
import type { SectionStep, SectionStepModule } from '../step.ts';

/** One script-level setting. */
interface Setting {
  /** The comparable form of what is written and of what is answered: a default written out equals one left out. */
  readonly canonical: (value: Json) => Json;
  /** What is sent where the file does not have it. */
  readonly off: Json;
  /** Whether a deploy sets it although the file does not mention it, as wrangler does. @default false */
  readonly always?: boolean;
}

/** Settings of the script, not of a version: one row each, by the name of the file and the API. */
const SETTINGS: { readonly [K in ComparedSetting]: Setting } = {
  logpush: { canonical: (value) => value === true, off: false },
  observability: {
    canonical: (value) => canonicalObservability(fieldsOf(value)),
    off: { enabled: false },
    always: true,
  },
  tail_consumers: {
    canonical: (value) => canonicalServices(Array.isArray(value) ? value.filter(isObject) : []),
    off: [],
  },
};

/** No answer gives streaming tail consumers back: the digest of the configuration covers them. */
type ComparedSetting = Exclude<keyof ScriptSettings, 'streaming_tail_consumers'>;

/** Script-level settings, and the tags of ours and wrangler's. */
export const settings = defineSection<JsonObject>({
  carrier: 'script-settings',
  desired: ({ worker }) => ({
    ...mapSettings((name, { canonical }) => canonical(toJson(worker.settings[name]))),
    tags: wantedTags(worker),
  }),
  absent: { ...mapSettings((_name, { canonical }) => canonical(null)), tags: [] },
  async read(live) {
    const found = await live.settings();
    return known({
      ...mapSettings((name, { canonical }) => canonical(toJson(found.script[name]))),
      tags: ownTags(found.tags),
    });
  },
  compare: compareFields,
  owns: (worker, { key }) => key === 'tags' || isOwned(worker, key ?? ''),
  steps: settingsSteps,
});

/**
 * Sets only the settings that differ. A new Worker gets them with the upload, which of assets alone says nothing of them but
 * the tags; one in a namespace always.
 */
function settingsSteps({ worker, live, changes }: StepInputs): readonly SectionStep[] {
  const ofAssets = worker.build === null && worker.assets !== null;
  if (worker.dispatchNamespace !== null || (!live.exists && !ofAssets)) return [];
  const names = changes.map(({ key }) => key ?? '').filter((name) => live.exists || name !== 'tags');
  if (names.length === 0) return [];
  const wanted: JsonObject = {
    ...mapSettings((name, { off }) => toJson(worker.settings[name] ?? off)),
    tags: [...live.tags.filter((tag) => !isOwnTag(tag)), ...wantedTags(worker)],
  };
  const before: JsonObject = {
    ...(live.state.settings.known ? live.state.settings.value : {}),
    tags: live.tags,
  };
  const pick = (values: JsonObject): JsonObject =>
    Object.fromEntries(names.map((name) => [name, values[name] ?? null]));
  return [{ kind: 'script-settings', before: pick(before), after: pick(wanted) }];
}

/**
 * What an upload that is live at once says of the script's settings, so that it changes none: as they are. Those that are to
 * change have a step of their own, but in a dispatch namespace, where they travel with the upload. Undefined where there
 * are none, or nobody could read them.
 */
export function settingsThatStay({
  worker,
  live,
  changes,
}: Pick<StepInputs, 'worker' | 'live'> & { readonly changes: readonly Change[] }): JsonObject | undefined {
  const { settings: reading } = live.state;
  if (!live.exists || !reading.known) return undefined;
  const set =
    worker.dispatchNamespace === null ? [] : changes.filter(({ section }) => section === 'settings');
  return Object.fromEntries(
    Object.entries(reading.value).filter(([name]) => isSetting(name) && !set.some(({ key }) => key === name)),
  );
}

/** Changes script-level settings: only the fields that differ are sent. */
export const scriptSettingsStep: SectionStepModule<'script-settings'> = {
  describe: ({ after }) => `set ${Object.keys(after).join(', ')}`,
  calls: () => 1,
  apply: (step, { writer, worker }) => patchScriptSettings(writer, worker.scriptName, step.after),
  async holds(step, side, { reader, worker }) {
    const found = await getSettings(reader, worker);
    if (found === null) return null;
    const there: JsonObject = { ...found.script, tags: [...found.tags] };
    const canonical = (name: string, value: Json): string =>
      stableJson(
        isSetting(name) ? SETTINGS[name].canonical(value) : Array.isArray(value) ? value.toSorted() : value,
      );
    return Object.entries(step[side]).every(
      ([name, value]) => canonical(name, toJson(there[name])) === canonical(name, toJson(value)),
    );
  },
  async revert(step, { writer, worker }) {
    await patchScriptSettings(writer, worker.scriptName, step.before);
    return null;
  },
};

/** Whether a row of the account's list says otherwise than what is known; fields that it does not have say nothing. */
export function rowDiffers(value: JsonObject, row: Readonly<Record<string, Json | undefined>>): boolean {
  const told = mapSettings((name, { canonical }) =>
    row[name] === undefined ? (value[name] ?? null) : canonical(toJson(row[name])),
  );
  const { tags } = row;
  const listed = Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : null;
  const ours = listed === null ? (value['tags'] ?? []) : ownTags(listed);
  return compareFields(value, { ...told, tags: ours }).length > 0;
}

/** `cf:` tags of this Worker. Only wrangler files with environments have any. */
export function wantedTags(worker: ResolvedWorker): readonly string[] {
  if (!worker.hasEnvironments) return [];
  const environment = worker.environment === null ? [] : [`cf:environment=${worker.environment}`];
  return [...environment, `cf:service=${worker.serviceName}`];
}

/** The tags that this tool and wrangler own; foreign tags are nobody's business here. */
export function ownTags(tags: LiveSettings['tags']): readonly string[] {
  return tags.filter(isOwnTag).toSorted();
}

/** Observability: none is `{ enabled: false }`; sub-sections that only repeat defaults disappear. Source: the API's schema. */
export function canonicalObservability(value: JsonObject): JsonObject {
  const enabled = value['enabled'] === true;
  const { enabled: _enabled, logs, traces, issues, ...rest } = value;
  return {
    enabled,
    ...withoutDefaults(rest, { head_sampling_rate: 1, redact_query_string: false }),
    ...part('logs', logs, { enabled, head_sampling_rate: 1, invocation_logs: true, persist: true }),
    ...part('traces', traces, { enabled: false, head_sampling_rate: 1, persist: true }),
    ...part('issues', issues, { enabled: false }),
  };
}

/** Services in the order of their names; `environment: production` is the default. */
export function canonicalServices(value: readonly JsonObject[]): readonly JsonObject[] {
  return value
    .map((service) => withoutDefaults(service, { environment: 'production' }))
    .toSorted((a, b) => (stableJson(a) < stableJson(b) ? -1 : 1));
}

/** `cf:service=` and `cf:environment=`. Source: tags that wrangler writes. */
function isOwnTag(tag: string): boolean {
  return tag.startsWith('cf:service=') || tag.startsWith('cf:environment=');
}

function isSetting(name: string): name is ComparedSetting {
  return Object.hasOwn(SETTINGS, name);
}

function isOwned(worker: ResolvedWorker, name: string): boolean {
  return Object.entries<Setting>(SETTINGS).some(
    ([setting, { always = false }]) =>
      setting === name && (always || worker.settings[setting as ComparedSetting] !== undefined),
  );
}

function mapSettings(value: (name: ComparedSetting, setting: Setting) => Json): JsonObject {
  return Object.fromEntries(
    Object.entries<Setting>(SETTINGS).map(([name, setting]) => [
      name,
      value(name as ComparedSetting, setting),
    ]),
  );
}

function part(name: string, value: JsonObject[string], defaults: JsonObject): JsonObject {
  if (!isObject(value)) return {};
  const kept = withoutDefaults(value, defaults);
  return Object.keys(kept).length === 0 ? {} : { [name]: kept };
}

function fieldsOf(value: Json): JsonObject {
  return isObject(value) ? toFields(value) : {};
}
