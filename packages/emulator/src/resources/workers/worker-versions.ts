import { failure } from '../../api/errors.ts';
import { readJson, readObject, refuseUnknown, requiredString } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { paginate } from '../../api/paging.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { readAnnotations } from '../../rules/versions/annotations.ts';
import { scriptKey } from '../../store/documents.ts';
import type { ScriptDocument, StoredBinding, VersionDocument } from '../../store/model/scripts.ts';
import { applyScriptUpload, applyVersionUpload, nextVersion } from '../../upload/apply.ts';
import type { UploadedPart } from '../../upload/form.ts';
import { prepareUpload } from '../../upload/prepare.ts';
import type { UploadTarget } from '../../upload/upload-target.ts';
import { bindingsToWire } from '../../bindings/wire.ts';
import { showVersionSettings } from '../../settings/settings.ts';
import { optional } from '../../wire/scripts.ts';
import { findWorker } from './workers.ts';
import { newestVersion } from '../scripts/find.ts';
import { mergeSecrets, readSecret } from '../scripts/secrets.ts';
import { isObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';

const BASE = '/accounts/:account_id/workers/workers/:worker_id/versions';

/** Versions in the newer view of Workers, and the merge patch that changes secrets without deploying. */
export const betaVersionResource: Resource = {
  product: 'Workers (beta view)',
  endpoints: [
    endpoint(
      `GET ${BASE}`,
      { known: 'documentation', permission: P.scriptsRead, query: ['page', 'per_page'] },
      (call) => {
        const script = findWorker(call);
        const { items, info } = paginate(script.versions.toReversed(), call, 10, 100);
        return success(
          items.map((version) => betaVersionToWire(version, script, call)),
          { resultInfo: info },
        );
      },
    ),
    endpoint(
      `POST ${BASE}`,
      { known: 'documentation', permission: P.scriptsWrite, query: ['deploy'] },
      createVersion,
    ),
    endpoint(`PATCH ${BASE}/latest`, { known: 'observed', permission: P.scriptsWrite }, patchLatest),
    endpoint(
      `GET ${BASE}/:version_id`,
      { known: 'documentation', permission: P.scriptsRead, query: ['include'] },
      getVersion,
    ),
    endpoint(`DELETE ${BASE}/:version_id`, { known: 'documentation', permission: P.scriptsWrite }, (call) => {
      call.store.write((tx) => {
        const script = findWorker(call, tx);
        const version = findBetaVersion(call, script);
        if (script.deployments[0]?.versions.some(({ versionId }) => versionId === version.id) === true) {
          throw failure('invalidRequest', 'A deployed version cannot be deleted.');
        }
        const versions = script.versions.filter((candidate) => candidate !== version);
        tx.put('script', scriptKey(script.accountId, script.name), { ...script, versions });
      });
      return success(null);
    }),
  ],
  behaviours: [],
};

async function getVersion(call: Call): Promise<Response> {
  const script = findWorker(call);
  const version = findBetaVersion(call, script);
  const include = call.query.get('include');
  if (include !== null && include !== 'modules') throw failure('badParameter', 'include must be "modules".');
  return success({
    ...betaVersionToWire(version, script, call),
    ...(include === null ? {} : { modules: await modulesToWire(call, version) }),
  });
}

/** The code of a version, and the texts of `_headers` and `_redirects` of its assets. */
async function modulesToWire(call: Call, version: VersionDocument): Promise<JsonObject[]> {
  const code = version.modules.map(async ({ name, contentType, blob }) =>
    moduleToWire(name, contentType, await call.blobs.get(blob)),
  );
  const texts = ['_headers', '_redirects'].flatMap((name) => {
    const text = version.assets?.config[name];
    return typeof text === 'string' ? [moduleToWire(name, 'text/plain', Buffer.from(text))] : [];
  });
  return [...(await Promise.all(code)), ...texts];
}

function moduleToWire(name: string, contentType: string, bytes: Uint8Array): JsonObject {
  return { name, content_type: contentType, content_base64: Buffer.from(bytes).toString('base64') };
}

/** A version from JSON, with its modules in base64; `deploy=true` sends all traffic to it. */
async function createVersion(call: Call): Promise<Response> {
  const { name } = findWorker(call);
  const body = await readJson(call);
  if (!isObject(body)) throw failure('badBody');
  const { modules, ...metadata } = body;
  const deploy = call.query.get('deploy') === 'true';
  const target: UploadTarget = {
    scriptName: name,
    dispatchNamespace: null,
    mode: deploy ? 'script' : 'version',
  };
  return call.mutex.run(scriptKey(call.account.id, name), async () => {
    const prepared = await prepareUpload(call, target, { metadata, parts: readModules(modules) });
    const script = call.store.write((tx) => {
      if (!deploy) return applyVersionUpload(call, target, prepared, tx);
      const { settings } = findWorker(call, tx);
      const deployed: ScriptDocument = { ...applyScriptUpload(call, target, prepared, tx), settings };
      tx.put('script', scriptKey(call.account.id, name), deployed);
      return deployed;
    });
    return success(betaVersionToWire(prepared.version, script, call));
  });
}

function readModules(value: Json | undefined): UploadedPart[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw failure('invalidRequest', 'modules must be an array.');
  return value.map((module) => {
    if (!isObject(module)) throw failure('invalidRequest', 'A module must be an object.');
    refuseUnknown(module, ['name', 'content_type', 'content_base64'], 'modules[].');
    return {
      name: requiredString(module, 'name', 'invalidRequest'),
      contentType: requiredString(module, 'content_type', 'invalidRequest'),
      bytes: Buffer.from(requiredString(module, 'content_base64', 'invalidRequest'), 'base64'),
    };
  });
}

async function patchLatest(call: Call): Promise<Response> {
  findWorker(call);
  const body = await readObject(call, ['env', 'annotations']);
  const env = body['env'] ?? {};
  if (!isObject(env)) throw failure('invalidRequest', 'env must be an object.');
  const changes = new Map<string, StoredBinding | null>();
  for (const [name, value] of Object.entries(env))
    changes.set(name, value === null ? null : readSecret(value, name));
  const { script, version } = call.store.write((tx) => {
    const before = findWorker(call, tx);
    const base = newestVersion(before);
    const created = nextVersion(call, base, before, {
      bindings: mergeSecrets(base.bindings, changes, call.account.plan),
      annotations: {
        ...readAnnotations(body['annotations'], 'version', before.name, call.assumptions),
        'workers/triggered_by': 'secret',
      },
    });
    const after: ScriptDocument = {
      ...before,
      versions: [...before.versions, created],
      secretChanges: [
        ...before.secretChanges,
        ...[...changes.keys()].map((name) => ({ name, at: created.createdOn })),
      ],
    };
    tx.put('script', scriptKey(before.accountId, before.name), after);
    return { script: after, version: created };
  });
  return success(betaVersionToWire(version, script, call));
}

/** @throws 10071 */
function findBetaVersion(call: Call, script: ScriptDocument): VersionDocument {
  const wanted = param(call, 'version_id');
  const version =
    wanted === 'latest'
      ? newestVersion(script)
      : script.versions.find((candidate) => candidate.id === wanted);
  if (version === undefined) throw failure('betaVersionNotFound');
  return version;
}

function betaVersionToWire(version: VersionDocument, script: ScriptDocument, call: Call): JsonObject {
  const host =
    call.account.subdomain === null ? null : `${script.name}.${call.account.subdomain}.workers.dev`;
  const urls = version.hasPreview && host !== null ? [`https://${version.id.slice(0, 8)}-${host}`] : [];
  return {
    id: version.id,
    number: version.number,
    created_on: version.createdOn,
    author_id: version.author.id,
    author_email: version.author.email,
    source: version.source,
    annotations: version.annotations,
    urls,
    bindings: bindingsToWire(version.bindings, script, call.store),
    startup_time_ms: version.shape.startupTimeMs,
    ...showVersionSettings('worker version', version),
    ...(version.assets === null ? {} : { assets: { config: version.assets.config } }),
    ...optional('main_module', version.mainModule),
    ...optional('migration_tag', version.migrationTag),
  };
}
