import path from 'node:path';
import { readAssets } from '../../src/assets/manifest.ts';
import type { WorkerBinding } from '../../src/bindings/binding.ts';
import { assertBundle } from '../../src/bundle/check/check-bundle.ts';
import { bundleNeeds } from '../../src/bundle/check/bundle-needs.ts';
import { bundleWorker } from '../../src/bundle/bundle-worker.ts';
import type { Bundle } from '../../src/bundle/bundle.ts';
import { resolveWorker } from '../../src/resolve/resolve-worker.ts';
import type { ResolvedWorker } from '../../src/resolve/resolved-worker.ts';
import { Secret } from '../../src/security/secret.ts';
import { pendingMigrations } from '../../src/sections/parts/pending-migrations.ts';
import { buildUploadMetadata } from '../../src/apply/upload-metadata.ts';
import { DeployError } from '../../src/errors.ts';
import { ourEffects } from './our-effects.ts';
import { type ParityCase, PARITY_TENANT, writeProject } from './parity-case.ts';
import { recordedEffects } from './recorded-effects.ts';

/** What we make of a case. */
export type Evaluation =
  | { readonly kind: 'rejected'; readonly by: string; readonly message: string }
  | {
      readonly kind: 'accepted';
      readonly metadata: Readonly<Record<string, unknown>>;
      readonly effects: Readonly<Record<string, unknown>>;
      readonly upload: 'PUT' | 'POST';
    };

/** The day of the recordings: a date after it is in the future. */
const RECORDED = Date.UTC(2026, 10, 23);

/** Resolves, builds and describes a case as a deploy would, without any call. */
export async function evaluate(parityCase: ParityCase, lenient = false): Promise<Evaluation> {
  const rootDir = await writeProject(parityCase);
  const { worker, findings } = await resolveWorker({
    rootDir,
    tenant: PARITY_TENANT,
    env: parityCase.env ?? '',
    lenient,
    now: () => RECORDED,
    dispatchNamespace: argument(parityCase, '--dispatch-namespace'),
    vars: vars(parityCase),
  });
  if (worker === null) {
    const first = findings.find((finding) => finding.severity === 'error');
    return { kind: 'rejected', by: first?.code ?? 'nothing', message: first?.message ?? '' };
  }
  try {
    const bundle = await build(worker, rootDir);
    return await describeUpload(parityCase, worker, bundle);
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    return { kind: 'rejected', by: error.code, message: error.message };
  }
}

/** The recorded metadata and effects of an accepted case, in the form of {@link evaluate}. */
export function recorded(parityCase: ParityCase): Omit<Extract<Evaluation, { kind: 'accepted' }>, 'kind'> {
  const { upload } = parityCase.expected;
  return {
    metadata: normalise(upload?.metadata ?? {}),
    effects: recordedEffects(parityCase.expected.effects),
    upload: upload?.method ?? 'PUT',
  };
}

async function build(worker: ResolvedWorker, rootDir: string): Promise<Bundle | null> {
  if (worker.build === null) return null;
  const bundle = await bundleWorker(worker.build, {
    compatibilityDate: worker.compatibilityDate,
    compatibilityFlags: worker.compatibilityFlags,
    rootDir,
  });
  assertBundle(bundle, bundleNeeds(worker));
  return bundle;
}

async function describeUpload(
  parityCase: ParityCase,
  worker: ResolvedWorker,
  bundle: Bundle | null,
): Promise<Evaluation> {
  const assets =
    worker.assets === null
      ? null
      : await readAssets(worker.assets, { rootDir: path.dirname(worker.tenantDir) });
  const live = liveScript(parityCase);
  const migrations = pendingMigrations(worker.migrations, live.tag);
  const upload = uploadMethod(parityCase, { worker, bundle, pending: migrations !== null });
  const secrets = Object.fromEntries(
    Object.entries(secretsFile(parityCase)).map(([name, value]) => [name, new Secret(value)]),
  );
  const metadata = buildUploadMetadata(resolveNames(worker, parityCase), {
    bundle,
    upload: upload === 'PUT' ? 'script' : 'version',
    ...(assets === null ? {} : { assets: { jwt: 'token', config: assets.config } }),
    migrations: upload === 'PUT' ? migrations : null,
    newSecrets: secrets,
    inheritedSecrets: worker.secrets.required.filter((name) => !Object.hasOwn(secrets, name)),
  });
  return {
    kind: 'accepted',
    metadata: normalise(metadata),
    effects: ourEffects(worker, parityCase, { method: upload, assets }),
    upload,
  };
}

function uploadMethod(
  parityCase: ParityCase,
  facts: { readonly worker: ResolvedWorker; readonly bundle: Bundle | null; readonly pending: boolean },
): 'PUT' | 'POST' {
  const { worker, bundle, pending } = facts;
  const objects = Object.values(worker.exports ?? {}).some((entry) => entry['type'] === 'durable-object');
  const script =
    !parityCase.existing ||
    bundle?.format === 'service-worker' ||
    pending ||
    objects ||
    worker.dispatchNamespace !== null;
  return script ? 'PUT' : 'POST';
}

/** Ids that the deploy looks up by name: here the recorded answer has them. */
function resolveNames(worker: ResolvedWorker, parityCase: ParityCase): ResolvedWorker {
  const bindings = worker.bindings.map((binding): WorkerBinding => {
    const name = binding['database_name'];
    if (binding.type !== 'd1' || typeof name !== 'string') return binding;
    const answer = parityCase.responses?.find((response) => response.path.endsWith(`/d1/database/${name}`));
    return { type: 'd1', name: binding.name, id: (answer?.result as { uuid?: string } | undefined)?.uuid };
  });
  return { ...worker, bindings };
}

function liveScript(parityCase: ParityCase): { readonly tag: string | null } {
  const service = parityCase.responses?.find((response) => response.path.includes('/workers/services/'));
  const merged = service?.merge as
    { readonly default_environment?: { readonly script?: { readonly migration_tag?: string } } } | undefined;
  return { tag: merged?.default_environment?.script?.migration_tag ?? null };
}

function argument(parityCase: ParityCase, name: string): string | undefined {
  const at = parityCase.args?.indexOf(name) ?? -1;
  return at === -1 ? undefined : parityCase.args?.[at + 1];
}

function vars(parityCase: ParityCase): Readonly<Record<string, string>> {
  const args = parityCase.args ?? [];
  const pairs = args.filter((_, index) => args[index - 1] === '--var');
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf(':')), pair.slice(pair.indexOf(':') + 1)]),
  );
}

function secretsFile(parityCase: ParityCase): Readonly<Record<string, string>> {
  const text = parityCase.files[argument(parityCase, '--secrets-file') ?? ''];
  if (typeof text !== 'string') return {};
  return Object.fromEntries(
    text
      .split('\n')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** Binding order means nothing; annotations, package names and upload tokens are set aside. */
export function normalise(metadata: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { annotations: _annotations, package_dependencies: _packages, ...rest } = metadata;
  const bindings = rest['bindings'] as readonly WorkerBinding[] | undefined;
  const assets = rest['assets'] as { readonly config: unknown } | undefined;
  return {
    ...rest,
    ...(bindings === undefined ? {} : { bindings: bindings.toSorted((a, b) => (a.name < b.name ? -1 : 1)) }),
    ...(assets === undefined ? {} : { assets: { config: assets.config } }),
  };
}
