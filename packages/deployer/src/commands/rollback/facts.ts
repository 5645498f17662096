import type { WorkerBinding } from '../../bindings/binding.ts';
import { bindingTarget, normaliseBinding } from '../../bindings/convert.ts';
import { targetNoun } from '../../cloudflare/existence.ts';
import type { LiveVersion } from '../../cloudflare/shapes.ts';
import { isObject } from '../../json.ts';
import { readMarker } from '../../sections/marker.ts';
import { stableJson } from '../../sections/canonical.ts';
import type { TenantContext } from '../../session/tenant-context.ts';
import { keptUpload } from '../keep-upload.ts';
import type { Ancestor } from './ancestor.ts';
import { isOfSecret } from './default-target.ts';
import type { Past } from './past.ts';
import type { GoneResource, WayFacts } from './way.ts';

/** Which resources are looked up: all that are bound, or only those that today's version does not bind too. */
export type LookUp = 'all' | 'changed';

/** Finds out, with reads alone, what decides how to go back. */
export async function readFacts(
  context: TenantContext,
  { today, versions }: Past,
  options: { readonly ancestor: Ancestor; readonly force: boolean; readonly lookUp: LookUp },
): Promise<WayFacts> {
  const { ancestor, force } = options;
  const { worker } = context;
  const { version, upload } = ancestor;
  const artifact = upload === null ? null : await keptUpload(context, upload);
  const before = version === null ? (artifact?.config.secrets.required ?? []) : secretNames(version);
  const now = today === null ? before : secretNames(today);
  const lost = before.filter((name) => !now.includes(name));
  const bound = version?.bindings ?? artifact?.config.bindings ?? [];
  return {
    ancestor,
    forbidden: today === null ? null : forbiddenBy(today, { version, tag: artifact?.migrationTag }),
    dispatched: worker.dispatchNamespace !== null,
    lost,
    atHand: lost.filter((name) => context.secretValue(name) !== undefined),
    gained: now.filter((name) => !before.includes(name)),
    touched: now.length === 0 ? 'no' : touchedBetween(versions, version, today),
    gone: await goneResources(context, bound, { today: today?.bindings ?? [], lookUp: options.lookUp }),
    artifact,
    force,
  };
}

/**
 * Versions in between tell: those made by a change of a secret, and those that this tool did not upload. Its own uploads
 * bring only secrets that were not there.
 */
function touchedBetween(
  versions: Past['versions'],
  older: LiveVersion | null,
  today: LiveVersion | null,
): WayFacts['touched'] {
  if (today === null) return 'no';
  const since = versions.filter(({ number }) => number > (older?.number ?? 0) && number <= today.number);
  if (since.some(isOfSecret)) return 'yes';
  return since.some(({ annotations }) => readMarker(annotations) === null) ? 'perhaps' : 'no';
}

/** Names of the secrets of a version. */
export function secretNames({ bindings }: Pick<LiveVersion, 'bindings'>): readonly string[] {
  return bindings.flatMap(({ type, name }) =>
    type === 'secret_text' || type === 'secret_key' ? [name] : [],
  );
}

/**
 * Storage of Durable Objects moved on since, and nothing takes it back. Source: Rollbacks, limits; Durable Object class
 * migrations.
 */
function forbiddenBy(
  today: LiveVersion,
  { version, tag }: { readonly version: LiveVersion | null; readonly tag: string | null | undefined },
): string | null {
  const then = version === null ? (tag ?? null) : version.migrationTag;
  if (then !== today.migrationTag) {
    return `Durable Object migration ${today.migrationTag ?? '(none)'} came after it (it has ${then ?? 'none'}), and migrations cannot be undone.`;
  }
  return version !== null && stableJson(classesOf(version)) !== stableJson(classesOf(today))
    ? 'its exports declare other Durable Object classes than there are now, and that cannot be undone.'
    : null;
}

function classesOf({ exports }: LiveVersion): object {
  return Object.fromEntries(
    Object.entries(exports ?? {}).filter(
      ([, entry]) => isObject(entry) && entry['type'] === 'durable-object',
    ),
  );
}

async function goneResources(
  context: TenantContext,
  bindings: readonly WorkerBinding[],
  { today, lookUp }: { readonly today: readonly WorkerBinding[]; readonly lookUp: LookUp },
): Promise<readonly GoneResource[]> {
  const normal = (binding: WorkerBinding): string => stableJson(normaliseBinding(binding, context.worker));
  const looked = await Promise.all(
    bindings.map(async (binding) => {
      const now = today.find(({ name, type }) => name === binding.name && type === binding.type);
      const same = now !== undefined && normal(now) === normal(binding);
      if ((same && lookUp === 'changed') || (await isThere(context, binding)) !== false) return [];
      const replaced = now !== undefined && !same && (await isThere(context, now)) === true;
      const target = bindingTarget(normaliseBinding(binding, context.worker));
      const what = target === null ? binding.type : `${targetNoun(target.kind)} ${target.id}`;
      return [{ name: binding.name, what, replaced }];
    }),
  );
  return looked.flat();
}

/**
 * Whether what it binds exists; what points at nothing does. Null: it could not be looked up, as by a token that may only
 * deploy. That stops nobody at night: Cloudflare looks again, and refuses with the reason.
 */
async function isThere(
  { account, api, worker }: TenantContext,
  binding: WorkerBinding,
): Promise<boolean | null> {
  const target = bindingTarget(normaliseBinding(binding, worker));
  if (target === null || (target.kind === 'worker' && target.id === worker.scriptName)) return true;
  const { kind } = target;
  const looking =
    kind === 'queue'
      ? account.queues(api.reader).then((queues) => queues.some(({ name }) => name === target.id))
      : account.exists(api.reader, { ...target, kind });
  return looking.catch(() => null);
}
