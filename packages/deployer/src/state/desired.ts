import { createHash } from 'node:crypto';
import type { WorkerBinding } from '../bindings/binding.ts';
import { normaliseBinding } from '../bindings/convert.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import {
  canonicalExports,
  canonicalFields,
  canonicalObservability,
  canonicalPlacement,
  canonicalServices,
  stableJson,
} from './canonical.ts';
import { shortDigest } from './marker.ts';
import type { Section, WorkerState } from './worker-state.ts';

/** Static assets, as far as a comparison needs them. */
export interface AssetsDigest {
  /** Over paths and hashes of all files. */
  readonly digest: string;
  /** With the `_headers` and `_redirects` texts. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * The state that the local files describe. Pure.
 *
 * Triggers that the files do not declare are described as empty, so that a cron someone added is seen; a plan makes
 * steps only for declared ones.
 */
export function desiredState(
  worker: ResolvedWorker,
  bundle: Bundle | null,
  assets: AssetsDigest | null,
): WorkerState {
  const { triggers } = worker;
  return {
    exists: true,
    codeDigest: bundle === null ? null : shortDigest(bundle.digest),
    configDigest: configDigest(worker, assets),
    bindings: desiredBindings(worker),
    secrets: worker.secrets.required.toSorted(),
    runtime: desiredRuntime(worker),
    settings: desiredSettings(worker),
    assets: known(assets === null ? null : { digest: shortDigest(assets.digest) }),
    migrationTag: worker.migrations.at(-1)?.tag ?? null,
    exports: canonicalExports(worker.exports),
    workersDev: known({
      enabled: triggers.workersDev,
      ...(triggers.previewUrls === undefined ? {} : { previews_enabled: triggers.previewUrls }),
    }),
    crons: known((triggers.crons ?? []).toSorted()),
    routes: known(Object.fromEntries((triggers.routes ?? []).map(({ pattern }) => [pattern, {}]))),
    customDomains: known(
      Object.fromEntries((triggers.customDomains ?? []).map(({ hostname }) => [hostname, {}])),
    ),
    queueConsumers: known(
      Object.fromEntries(
        (triggers.queueConsumers ?? []).map((consumer) => [
          consumer.queue,
          {
            type: consumer.type,
            ...consumer.settings,
            ...(consumer.deadLetterQueue === undefined
              ? {}
              : { dead_letter_queue: consumer.deadLetterQueue }),
          },
        ]),
      ),
    ),
    workflows: known(
      Object.fromEntries(
        (triggers.workflows ?? []).map(({ name, className }) => [name, { class_name: className }]),
      ),
    ),
  };
}

/** Script-level settings as wanted, defaults filled in. */
export function desiredSettings(worker: ResolvedWorker): WorkerState['settings'] {
  return {
    logpush: worker.settings.logpush ?? false,
    observability: canonicalObservability(worker.settings.observability),
    tail_consumers: canonicalServices(worker.settings.tail_consumers),
    tags: wantedTags(worker),
  };
}

/** `cf:` tags of this Worker. Only wrangler files with environments have any. */
export function wantedTags(worker: ResolvedWorker): readonly string[] {
  if (!worker.hasEnvironments) return [];
  const environment = worker.environment === null ? [] : [`cf:environment=${worker.environment}`];
  return [...environment, `cf:service=${worker.serviceName}`];
}

/** Secrets are compared by name, `inherit` says nothing of its own, and parts of a service-worker script are its code. */
const UNCOMPARED: ReadonlySet<string> = new Set([
  'secret_text',
  'secret_key',
  'inherit',
  'wasm_module',
  'text_blob',
  'data_blob',
]);

/** Bindings in comparable form, by name. */
export function bindingRecord(
  bindings: readonly WorkerBinding[],
  scriptName: string,
): Readonly<Record<string, WorkerBinding>> {
  return Object.fromEntries(
    bindings
      .filter(({ type }) => !UNCOMPARED.has(type))
      .map((binding) => [binding.name, normaliseBinding(binding, { scriptName })] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** A binding that names no resource keeps what the live Worker has under its name; only its kind is compared. */
function desiredBindings(worker: ResolvedWorker): WorkerState['bindings'] {
  const kept = worker.inherited.map(({ name, type }) => [name, { type, name, inherited: true }] as const);
  return { ...bindingRecord(worker.bindings, worker.scriptName), ...Object.fromEntries(kept) };
}

function desiredRuntime(worker: ResolvedWorker): WorkerState['runtime'] {
  return {
    compatibility_date: worker.compatibilityDate,
    compatibility_flags: worker.compatibilityFlags.toSorted(),
    limits: canonicalFields(worker.runtime.limits),
    placement: canonicalPlacement(worker.runtime.placement),
    cache_options: canonicalFields(worker.runtime.cache_options),
  };
}

/** Over everything versioned that is uploaded, write-only fields included; script-level settings are not. */
function configDigest(worker: ResolvedWorker, assets: AssetsDigest | null): string {
  const text = stableJson({
    bindings: worker.bindings.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    assetsBinding: worker.assets?.binding ?? null,
    assetsConfig: assets?.config ?? null,
    runtime: desiredRuntime(worker),
    exports: worker.exports,
    unsafe: worker.unsafeMetadata,
    keepVars: worker.keepVars,
    // Travels with the upload, and no answer gives it back.
    streamingTailConsumers: worker.settings.streaming_tail_consumers,
  });
  return shortDigest(createHash('sha256').update(text).digest('hex'));
}

function known<T>(value: T): Section<T> {
  return { known: true, value };
}
