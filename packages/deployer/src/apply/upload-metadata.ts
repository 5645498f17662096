import type { WorkerBinding } from '../bindings/binding.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { PackageDependency } from '../bundle/package-dependencies.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import type { Secret } from '../security/secret.ts';
import { compact, type Json, type JsonObject } from '../json.ts';
import type { PendingMigrations } from '../sections/parts/pending-migrations.ts';

/** What the metadata part is made of beside the Worker itself. */
export interface UploadInputs {
  /** Null for an assets-only Worker. */
  readonly bundle: Pick<Bundle, 'format' | 'mainModule' | 'bindings'> | null;
  /** `script`: PUT, live at once. `version`: POST versions, not live until it is deployed. */
  readonly upload: 'script' | 'version';
  /** Completion token and configuration of the static assets, `_headers` and `_redirects` texts included. */
  readonly assets?: { readonly jwt: string; readonly config: JsonObject };
  /** Script uploads only; a version upload with migrations is refused (10211). */
  readonly migrations?: PendingMigrations | null;
  /** Secrets that travel with this upload. */
  readonly newSecrets?: Readonly<Record<string, Secret>>;
  /** Secrets the Worker must have already: with `bindings_inherit=strict` the upload fails without them. */
  readonly inheritedSecrets?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  /** Script uploads only: the whole list, foreign tags included. Undefined keeps what there is. */
  readonly tags?: readonly string[];
  /** Script uploads only: settings as they are live, instead of those of the files. */
  readonly keptSettings?: JsonObject;
  readonly packageDependencies?: readonly PackageDependency[];
}

/** Kinds that an upload keeps although it does not list them. Secret values cannot be read, so they always are. */
const KEPT_SECRETS = ['secret_text', 'secret_key'] as const;

/**
 * The `metadata` part of a script or version upload: what wrangler sends for the same configuration. Pure.
 *
 * Secrets in it are open: the result goes into the form and nowhere else.
 */
export function buildUploadMetadata(worker: ResolvedWorker, inputs: UploadInputs): JsonObject {
  const shared = {
    compatibility_date: worker.compatibilityDate,
    compatibility_flags: [...worker.compatibilityFlags],
    ...present('assets', inputs.assets),
    ...nonEmpty('annotations', inputs.annotations),
    ...present('tags', inputs.tags),
  };
  if (inputs.bundle === null) return shared;
  return {
    ...(inputs.bundle.format === 'modules'
      ? { main_module: inputs.bundle.mainModule }
      : { body_part: inputs.bundle.mainModule }),
    bindings: uploadBindings(worker, inputs),
    ...shared,
    keep_bindings: worker.keepVars ? ['plain_text', 'json', ...KEPT_SECRETS] : [...KEPT_SECRETS],
    ...(inputs.upload === 'script' ? { code_update_strategy: worker.codeUpdateStrategy } : {}),
    ...present('migrations', inputs.migrations ?? undefined),
    ...present('exports', worker.exports ?? undefined),
    ...present('placement', worker.runtime.placement),
    ...present('limits', worker.runtime.limits),
    ...present('cache_options', worker.runtime.cache_options),
    ...worker.settings,
    ...inputs.keptSettings,
    ...(inputs.packageDependencies === undefined || inputs.packageDependencies.length === 0
      ? {}
      : { package_dependencies: inputs.packageDependencies }),
    ...worker.unsafeMetadata,
  };
}

/**
 * Headers of the upload beside the usual ones. Workflow entries in `exports` need a newer API date.
 * Source: header `Cloudflare-Workers-Script-Api-Date`.
 */
export function uploadHeaders(worker: ResolvedWorker): Readonly<Record<string, string>> {
  const workflows = Object.values(worker.exports ?? {}).some((entry) => entry['type'] === 'workflow');
  return workflows ? { 'Cloudflare-Workers-Script-Api-Date': '2026-11-09' } : {};
}

function uploadBindings(worker: ResolvedWorker, inputs: UploadInputs): readonly WorkerBinding[] {
  const sent = Object.entries(inputs.newSecrets ?? {}).map(([name, secret]) => ({
    name,
    type: 'secret_text',
    text: secret.open(),
  }));
  const inherited = (inputs.inheritedSecrets ?? []).map((name) => ({ name, type: 'inherit' }));
  const listed = [...worker.bindings, ...(inputs.bundle?.bindings ?? [])];
  const assetsBinding = worker.assets?.binding;
  const assets =
    assetsBinding === undefined || assetsBinding === null || listed.some(({ type }) => type === 'assets')
      ? []
      : [{ name: assetsBinding, type: 'assets' }];
  return [...inherited, ...sent, ...listed, ...assets];
}

function present(key: string, value: Json | undefined): JsonObject {
  return compact({ [key]: value });
}

function nonEmpty(key: string, value: JsonObject | undefined): JsonObject {
  return value === undefined || Object.keys(value).length === 0 ? {} : { [key]: value };
}
