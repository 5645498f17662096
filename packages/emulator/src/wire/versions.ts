import { showVersionSettings } from '../settings/settings.ts';
import type { DeploymentDocument, ScriptDocument, VersionDocument } from '../store/model/scripts.ts';
import type { Reader } from '../store/store.ts';
import { bindingsToWire } from '../bindings/wire.ts';
import { namedHandlers, optional } from './scripts.ts';
import type { JsonObject } from '../json.ts';

/** A version's entry in lists. `has_preview` is the wire name; `hasPreview` is what the published types say. */
export function versionSummary(version: VersionDocument): JsonObject {
  return {
    id: version.id,
    number: version.number,
    metadata: {
      created_on: version.createdOn,
      modified_on: version.createdOn,
      source: version.source,
      author_id: version.author.id,
      author_email: version.author.email,
      has_preview: version.hasPreview,
      hasPreview: version.hasPreview,
    },
    annotations: version.annotations,
  };
}

/** A version with its resources. */
export function versionToWire(version: VersionDocument, script: ScriptDocument, reader: Reader): JsonObject {
  return {
    ...versionSummary(version),
    resources: {
      bindings: bindingsToWire(version.bindings, script, reader),
      script: {
        etag: version.etag,
        handlers: version.shape.handlers,
        named_handlers: namedHandlers(version.shape),
        last_deployed_from: version.source,
        ...showVersionSettings('version script', version),
      },
      script_runtime: {
        ...showVersionSettings('version runtime', version),
        ...optional('migration_tag', version.migrationTag),
      },
    },
  };
}

/** A deployment. */
export function deploymentToWire(deployment: DeploymentDocument): JsonObject {
  return {
    id: deployment.id,
    created_on: deployment.createdOn,
    source: deployment.source,
    strategy: deployment.strategy,
    author_email: deployment.author.email,
    annotations: deployment.annotations,
    versions: deployment.versions.map(({ versionId, percentage }) => ({ version_id: versionId, percentage })),
  };
}
