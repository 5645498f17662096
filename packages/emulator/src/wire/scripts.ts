import { showScriptSettings, showVersionSettings } from '../settings/settings.ts';
import type { ScriptDocument, ScriptShape, VersionDocument } from '../store/model/scripts.ts';
import type { Json, JsonObject } from '../json.ts';

/** The version whose settings reads show: the newest one. */
export function latestVersion(script: ScriptDocument): VersionDocument | undefined {
  return script.versions.at(-1);
}

/** The version with the largest share of the live deployment. */
export function liveVersion(script: ScriptDocument): VersionDocument | undefined {
  const shares = script.deployments[0]?.versions ?? [];
  const largest = shares.toSorted((a, b) => b.percentage - a.percentage)[0];
  return script.versions.find((version) => version.id === largest?.versionId);
}

/** A script as script lists and uploads answer it. */
export function scriptToWire(script: ScriptDocument): JsonObject {
  const version = liveVersion(script) ?? latestVersion(script);
  return {
    id: script.name,
    tag: script.tag,
    created_on: script.createdOn,
    modified_on: script.modifiedOn,
    etag: version?.etag ?? '',
    handlers: version?.shape.handlers ?? [],
    named_handlers: namedHandlers(version?.shape),
    has_assets: (version?.assets ?? null) !== null,
    has_modules: version?.format === 'modules',
    last_deployed_from: script.lastDeployedFrom,
    ...showScriptSettings('script', script.settings),
    ...showVersionSettings('script', version),
    ...optional('migration_tag', script.migrationTag),
    routes: null,
    deployment_id: version === undefined ? undefined : version.id.replaceAll('-', ''),
  };
}

/** Named handlers in the API's form. */
export function namedHandlers(shape: ScriptShape | undefined): { name: string; handlers: string[] }[] {
  return (shape?.namedHandlers ?? []).map(({ name, handlers, type }) => ({
    name,
    handlers: handlers.length === 0 && type !== 'object' ? ['class'] : handlers,
  }));
}

/** `{ [name]: value }`, or nothing when the value is absent. */
export function optional(name: string, value: Json | undefined): JsonObject {
  return value === undefined || value === null ? {} : { [name]: value };
}
