import type { Json, JsonObject } from '../json.ts';
import type { Setting, SettingContext, View } from './setting.ts';
import { SCRIPT_SETTINGS, VERSION_SETTINGS } from './table.ts';

type Table = Readonly<Record<string, Setting<Json>>>;
type Values<T extends Readonly<Record<string, Setting<Json>>>> = { [K in keyof T]: T[K]['initial'] };

/** Stored settings of a Worker as a whole. */
export type ScriptSettings = Values<typeof SCRIPT_SETTINGS>;
/** Stored settings of a version. */
export type VersionSettings = Values<typeof VERSION_SETTINGS>;

/** Settings of a Worker nobody set anything on. */
export const INITIAL_SCRIPT_SETTINGS: ScriptSettings = initial(SCRIPT_SETTINGS) as ScriptSettings;
/** Settings of a version whose upload says nothing about them. */
export const INITIAL_VERSION_SETTINGS: VersionSettings = initial(VERSION_SETTINGS) as VersionSettings;

/** Those of them that can be edited after the upload. */
export const INITIAL_EDITABLE_SETTINGS: Partial<VersionSettings> = initial(
  VERSION_SETTINGS,
  ({ editable }) => editable,
) as Partial<VersionSettings>;

/** API names of settings: all that uploads take, or those that can be edited afterwards. */
export const SCRIPT_SETTING_NAMES = namesOf(SCRIPT_SETTINGS);
export const VERSION_SETTING_NAMES = namesOf(VERSION_SETTINGS);
export const EDITABLE_VERSION_SETTING_NAMES = namesOf(VERSION_SETTINGS, ({ editable }) => editable);

/** Reads the Worker's settings among the fields of `source`; what was not sent is left out. @throws 10021, 90400 */
export function readScriptSettings(source: JsonObject, context: SettingContext): Partial<ScriptSettings> {
  return readAll(SCRIPT_SETTINGS, source, context) as Partial<ScriptSettings>;
}

/** Reads a version's settings among the fields of `source`. @throws 10021, 100328 CPU limits on the free plan */
export function readVersionSettings(source: JsonObject, context: SettingContext): Partial<VersionSettings> {
  return readAll(VERSION_SETTINGS, source, context) as Partial<VersionSettings>;
}

/** Settings after a script upload: what was not sent falls back to its initial value, unless uploads keep it. */
export function settingsAfterUpload(before: ScriptSettings, sent: Partial<ScriptSettings>): ScriptSettings {
  const kept = Object.entries<Setting<Json>>(SCRIPT_SETTINGS).filter(
    ([, { keptByUploads }]) => keptByUploads,
  );
  const keys = new Set(kept.map(([key]) => key));
  return {
    ...INITIAL_SCRIPT_SETTINGS,
    ...Object.fromEntries(Object.entries(before).filter(([key]) => keys.has(key))),
    ...sent,
  };
}

/** True when a change of these settings may keep the code from starting. */
export function needsRestart(changes: Partial<VersionSettings>): boolean {
  return Object.entries<Setting<Json>>(VERSION_SETTINGS).some(
    ([key, { restarts }]) => restarts === true && Object.hasOwn(changes, key),
  );
}

/** The Worker's settings as an answer shows them. */
export function showScriptSettings(view: View, settings: ScriptSettings): JsonObject {
  return show(SCRIPT_SETTINGS, view, settings);
}

/** A version's settings as an answer shows them; those of a version that is not there: the initial ones. */
export function showVersionSettings(
  view: View,
  settings: VersionSettings = INITIAL_VERSION_SETTINGS,
): JsonObject {
  return show(VERSION_SETTINGS, view, settings);
}

function show(table: Table, view: View, values: Readonly<Record<string, Json | undefined>>): JsonObject {
  // State that was kept by an older emulator may lack a setting.
  const shown = Object.entries(table).map(([key, row]) => row.show(view, values[key] ?? row.initial));
  return Object.assign({}, ...shown) as JsonObject;
}

function readAll(table: Table, source: JsonObject, context: SettingContext): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const [key, row] of Object.entries(table)) {
    const sent = source[row.name];
    if (sent !== undefined) values[key] = sent === null ? row.initial : row.read(sent, context);
  }
  return values;
}

function initial(table: Table, choose: (row: Setting<Json>) => boolean = () => true): Record<string, Json> {
  const rows = Object.entries(table).filter(([, row]) => choose(row));
  return Object.fromEntries(rows.map(([key, row]) => [key, row.initial]));
}

function namesOf(table: Table, choose: (row: Setting<Json>) => boolean = () => true): string[] {
  return Object.values(table)
    .filter(choose)
    .map(({ name }) => name);
}
