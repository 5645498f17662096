import { createHash } from 'node:crypto';
import { failure } from '../api/errors.ts';
import type { Call } from '../api/endpoint.ts';
import type { StoredModule, VersionDocument } from '../store/model.ts';
import { scriptKey } from '../store/documents.ts';
import { resolveInherited } from '../rules/bindings/inherit.ts';
import { checkVariables } from '../rules/bindings/variables.ts';
import { checkClassesKept } from '../rules/durable-objects/migrations.ts';
import type { MigrationOutcome } from '../rules/durable-objects/migrations.ts';
import type { Reconciliation } from '../rules/durable-objects/work.ts';
import { checkTargets } from '../bindings/targets.ts';
import { durableObjectsAfter } from './durable-objects.ts';
import { versionAssets } from './version-assets.ts';
import type { UploadForm } from './form.ts';
import { readMetadata } from './metadata.ts';
import type { UploadMetadata } from './metadata.ts';
import { readCode } from './modules.ts';
import type { UploadedCode } from './modules.ts';
import { classesOf, startScript } from './start-script.ts';
import { INITIAL_VERSION_SETTINGS } from '../settings/settings.ts';
import type { VersionSettings } from '../settings/settings.ts';

/** A checked upload, ready to become a version. */
export interface PreparedUpload {
  metadata: UploadMetadata;
  version: VersionDocument;
  durableObjects: MigrationOutcome;
  reconciliation: Reconciliation | null;
}

/** Where an upload goes. */
export interface UploadTarget {
  scriptName: string;
  dispatchNamespace: string | null;
  /** `script`: replaces and deploys at once. `version`: only stores a version. */
  mode: 'script' | 'version';
}

/**
 * Checks everything about an upload that Cloudflare checks, and really starts the script. Changes nothing but the blob
 * store.
 * @throws ApiFailure with the code of the first rule that is broken; 10021 with the runtime's text when the script does
 * not start.
 */
export async function prepareUpload(
  call: Call,
  target: UploadTarget,
  form: UploadForm,
): Promise<PreparedUpload> {
  const { metadata: json, parts } = form;
  const { account, store } = call;
  const metadata = readMetadata(json, {
    scriptName: target.scriptName,
    plan: account.plan,
    now: call.clock.now(),
  });
  const script = store.get('script', scriptKey(account.id, target.scriptName, target.dispatchNamespace));
  if (target.mode === 'version') refuseVersionOnly(metadata);
  const code = readCode(metadata, parts);
  const previous = script?.versions.at(-1);
  const bindings = resolveInherited(metadata.bindings ?? [], metadata.keepBindings, {
    versions: script?.versions ?? [],
    strict: call.query.get('bindings_inherit') === 'strict',
    versionOnly: target.mode === 'version',
  });
  checkVariables(bindings, account.plan);
  const assets = await versionAssets(call, metadata, previous, target.scriptName);
  const settings: VersionSettings = { ...INITIAL_VERSION_SETTINGS, ...metadata.versionSettings };
  const { compatibilityDate, compatibilityFlags } = settings;
  const shape = await startScript(call, { ...code, bindings, compatibilityDate, compatibilityFlags });
  const durableObjects = durableObjectsAfter(store, {
    account,
    script,
    target,
    metadata,
    shape,
    newId: () => call.ids.hex(),
  });
  const { outcome, reconciliation } = durableObjects;
  if (code.format !== 'assets') checkClassesKept(outcome.namespaces, classesOf(shape));
  checkTargets(
    bindings,
    {
      accountId: account.id,
      plan: account.plan,
      scriptName: target.scriptName,
      dispatchNamespace: target.dispatchNamespace,
      durableObjectNamespaces: outcome.namespaces,
      mayBindItself: script !== undefined,
      declaredClasses: Object.keys(settings.exports ?? {}),
    },
    store,
  );
  const modules = await storeModules(call, code);
  const createdOn = call.clock.now().toISOString();
  const version: VersionDocument = {
    id: call.ids.uuid(),
    number: (previous?.number ?? 0) + 1,
    createdOn,
    author: call.actor,
    source: call.source,
    annotations: {
      ...metadata.annotations,
      'workers/triggered_by': target.mode === 'version' ? 'version_upload' : 'upload',
    },
    mainModule: code.mainModule,
    format: code.format,
    modules,
    bindings,
    ...settings,
    assets,
    migrationTag: outcome.tag,
    etag: etagOf(modules, code.mainModule),
    hasPreview: outcome.namespaces.length === 0 && target.dispatchNamespace === null,
    shape,
  };
  return { metadata, version, durableObjects: outcome, reconciliation };
}

/** SHA-256 over names and contents of the modules, whatever their order in the form, as the script's etag. */
export function etagOf(modules: readonly StoredModule[], mainModule: string | null): string {
  const hash = createHash('sha256').update(mainModule ?? '');
  const sorted = modules.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const module of sorted) hash.update(`\n${module.name}\n${module.contentType}\n${module.blob}`);
  return hash.digest('hex');
}

function refuseVersionOnly(metadata: UploadMetadata): void {
  if (metadata.migrations !== null) {
    throw failure('versionWithMigration', undefined, {
      documentation_url:
        'https://developers.cloudflare.com/workers/configuration/versions-and-deployments/gradual-deployments/#gradual-deployments-for-durable-objects',
    });
  }
  if (metadata.bodyPart !== null) {
    throw failure(
      'invalidRequest',
      'Versions need module syntax (main_module); service-worker syntax cannot be used.',
    );
  }
}

async function storeModules(call: Call, code: UploadedCode): Promise<StoredModule[]> {
  return Promise.all(
    code.modules.map(async (module) => ({
      name: module.name,
      contentType: module.contentType,
      blob: await call.blobs.put(module.bytes),
      size: module.bytes.byteLength,
    })),
  );
}
