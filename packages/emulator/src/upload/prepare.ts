import { createHash } from 'node:crypto';
import { failure } from '../errors.ts';
import type { Call } from '../endpoint.ts';
import type {
  AccountDocument,
  ScriptDocument,
  ScriptShape,
  StoredModule,
  VersionDocument,
} from '../store/model.ts';
import type { StartCandidate } from '../runtime/contract.ts';
import { scriptKey } from '../store/documents.ts';
import type { Reader } from '../store/store.ts';
import { resolveInherited } from '../rules/inherit.ts';
import { checkVariables } from '../rules/variables.ts';
import { applyMigrations, checkClassesKept } from '../rules/migrations.ts';
import type { MigrationOutcome } from '../rules/migrations.ts';
import { reconcileExports } from '../rules/exports.ts';
import type { Reconciliation } from '../rules/exports.ts';
import { checkTargets } from '../rules/binding-targets.ts';
import { versionAssets } from './version-assets.ts';
import { readUploadForm } from './form.ts';
import { readMetadata } from './metadata.ts';
import type { UploadMetadata } from './metadata.ts';
import { readCode } from './modules.ts';
import type { UploadedCode } from './modules.ts';

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
 * Reads an upload, checks everything Cloudflare checks, and really starts the script. Changes nothing but the blob
 * store.
 * @throws ApiFailure with the code of the first rule that is broken; 10021 with the runtime's text when the script does
 * not start.
 */
export async function prepareUpload(call: Call, target: UploadTarget): Promise<PreparedUpload> {
  const { metadata: json, parts } = await readUploadForm(call.request);
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
  const compatibilityDate = metadata.compatibilityDate ?? null;
  const compatibilityFlags = metadata.compatibilityFlags ?? [];
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
      exists: script !== undefined,
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
    compatibilityDate,
    compatibilityFlags,
    usageModel: metadata.usageModel ?? 'standard',
    limits: metadata.limits ?? null,
    placement: metadata.placement ?? null,
    cacheOptions: metadata.cacheOptions ?? null,
    exports: metadata.exports ?? null,
    assets,
    packageDependencies: metadata.packageDependencies,
    migrationTag: outcome.tag,
    etag: etagOf(modules, code.mainModule),
    hasPreview: outcome.namespaces.length === 0 && target.dispatchNamespace === null,
    shape,
  };
  return { metadata, version, durableObjects: outcome, reconciliation };
}

/**
 * Starts the code in the runtime.
 * @throws 10021 when it does not start, 10068 when it handles nothing.
 */
export async function startScript(
  call: Call,
  candidate: Pick<UploadedCode, 'format' | 'mainModule' | 'modules'> &
    Pick<StartCandidate, 'bindings' | 'compatibilityDate' | 'compatibilityFlags'>,
): Promise<ScriptShape> {
  if (candidate.format === 'assets') return { startupTimeMs: 0, handlers: [], namedHandlers: [] };
  const { modules, ...rest } = candidate;
  const started = await call.runtime.check({
    ...rest,
    modules: modules.map((module) => ({
      name: module.name,
      contentType: module.contentType,
      size: module.bytes.byteLength,
      bytes: module.bytes,
    })),
  });
  if (!started.ok) {
    throw failure('invalidRequest', started.message + (started.stack === null ? '' : `\n${started.stack}`));
  }
  if (started.handlers.length === 0 && started.namedHandlers.length === 0) throw failure('noHandlers');
  return {
    startupTimeMs: started.startupTimeMs,
    handlers: started.handlers,
    namedHandlers: started.namedHandlers,
  };
}

/** Names of the class exports of a script. */
export function classesOf(shape: ScriptShape): string[] {
  return shape.namedHandlers.filter((named) => named.type !== 'object').map((named) => named.name);
}

/** SHA-256 over names and contents of the modules, as the script's etag. */
export function etagOf(modules: readonly StoredModule[], mainModule: string | null): string {
  const hash = createHash('sha256').update(mainModule ?? '');
  for (const module of modules) hash.update(`\n${module.name}\n${module.contentType}\n${module.blob}`);
  return hash.digest('hex');
}

function durableObjectsAfter(
  reader: Reader,
  upload: {
    account: AccountDocument;
    script: ScriptDocument | undefined;
    target: UploadTarget;
    metadata: UploadMetadata;
    shape: ScriptShape;
    newId: () => string;
  },
): { outcome: MigrationOutcome; reconciliation: Reconciliation | null } {
  const { account, script, target, metadata, shape } = upload;
  const unchanged: MigrationOutcome = {
    tag: script?.migrationTag ?? null,
    namespaces: script?.durableObjectNamespaces ?? [],
    deletedIds: [],
    transfers: [],
  };
  const state = {
    tag: unchanged.tag,
    namespaces: unchanged.namespaces,
    exportedClasses: classesOf(shape),
    plan: account.plan,
    newId: upload.newId,
    findForeign: (name: string, className: string) =>
      reader
        .get('script', scriptKey(account.id, name, target.dispatchNamespace))
        ?.durableObjectNamespaces.find((namespace) => namespace.className === className),
  };
  if (metadata.migrations !== null) {
    return { outcome: applyMigrations(metadata.migrations, state), reconciliation: null };
  }
  if (metadata.exports !== undefined && metadata.exports !== null && target.mode === 'script') {
    return reconcileExports(metadata.exports, state);
  }
  return { outcome: unchanged, reconciliation: null };
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
