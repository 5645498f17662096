import { createHash } from 'node:crypto';
import { assumed } from '../api/behaviour.ts';
import { failure } from '../api/errors.ts';
import type { Call } from '../api/endpoint.ts';
import type { StoredModule, VersionDocument } from '../store/model/scripts.ts';
import { scriptKey } from '../store/documents.ts';
import { resolveInherited } from '../rules/bindings/inherit.ts';
import { checkVariables } from '../rules/bindings/variables.ts';
import { checkClassesKept } from '../rules/durable-objects/migrations.ts';
import type { MigrationOutcome } from '../rules/durable-objects/migrations.ts';
import type { Reconciliation } from '../rules/durable-objects/work.ts';
import { checkTargets } from '../bindings/targets.ts';
import { durableObjectsAfter } from './durable-objects.ts';
import type { UploadTarget } from './upload-target.ts';
import { versionAssets } from './version-assets.ts';
import type { UploadForm, UploadedPart } from './form.ts';
import { readMetadata } from './metadata.ts';
import type { UploadMetadata } from './metadata.ts';
import { readCode } from './modules.ts';
import type { UploadedCode } from './modules.ts';
import { classesOf, startScript } from './start-script.ts';
import { INITIAL_VERSION_SETTINGS } from '../settings/settings.ts';
import type { VersionSettings } from '../settings/settings.ts';

/** Whether a Worker that is not there yet may bind itself. */
export const NO_SELF_BINDING_AT_FIRST = assumed(
  'no-self-binding-at-first',
  'A Worker may bind itself from its second upload on; before that 10143.',
  'It may from its first upload on.',
);

/** A checked upload, ready to become a version. */
export interface PreparedUpload {
  metadata: UploadMetadata;
  version: VersionDocument;
  durableObjects: MigrationOutcome;
  reconciliation: Reconciliation | null;
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
    assumptions: call.assumptions,
  });
  const script = store.get('script', scriptKey(account.id, target.scriptName, target.dispatchNamespace));
  if (target.mode === 'version') refuseVersionOnly(metadata);
  const code = readCode(metadata, parts);
  const previous = script?.versions.at(-1);
  const bindings = bindingsAfter(call, target, metadata, script?.versions ?? []);
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
      mayBindItself: script !== undefined || !call.assumptions.hold(NO_SELF_BINDING_AT_FIRST),
      declaredClasses: Object.keys(settings.exports ?? {}),
    },
    store,
  );
  const version: VersionDocument = {
    ...madeNow(call, target, metadata),
    number: (previous?.number ?? 0) + 1,
    ...(await storedCode(call, code)),
    bindings,
    ...settings,
    assets,
    migrationTag: outcome.tag,
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

/** The bindings of the new version, with what it inherits and keeps of the ones before. */
function bindingsAfter(
  call: Call,
  { mode }: UploadTarget,
  metadata: UploadMetadata,
  versions: readonly VersionDocument[],
): VersionDocument['bindings'] {
  const bindings = resolveInherited(metadata.bindings ?? [], metadata.keepBindings, {
    versions,
    strict: call.query.get('bindings_inherit') === 'strict',
    versionOnly: mode === 'version',
  });
  checkVariables(bindings, call.account.plan);
  return bindings;
}

function madeNow(
  call: Call,
  { mode }: UploadTarget,
  { annotations }: UploadMetadata,
): Pick<VersionDocument, 'id' | 'createdOn' | 'author' | 'source' | 'annotations'> {
  return {
    id: call.ids.uuid(),
    createdOn: call.clock.now().toISOString(),
    author: call.actor,
    source: call.source,
    annotations: {
      ...annotations,
      'workers/triggered_by': mode === 'version' ? 'version_upload' : 'upload',
    },
  };
}

async function storedCode(
  call: Call,
  { format, mainModule, modules: parts }: UploadedCode,
): Promise<Pick<VersionDocument, 'format' | 'mainModule' | 'modules' | 'etag'>> {
  const modules = await storeModules(call, parts);
  return { format, mainModule, modules, etag: etagOf(modules, mainModule) };
}

/** Keeps the bytes of modules in the blob store. */
export async function storeModules(call: Call, parts: readonly UploadedPart[]): Promise<StoredModule[]> {
  return Promise.all(
    parts.map(async ({ name, contentType, bytes }) => ({
      name,
      contentType,
      blob: await call.blobs.put(bytes),
      size: bytes.byteLength,
    })),
  );
}
