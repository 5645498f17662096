import { bindingTarget } from '../../bindings/convert.ts';
import { bindingModule } from '../../bindings/registry.ts';
import type { SourcePlace } from '../../findings/finding.ts';
import type { ResolvedWorker } from '../../resolve/resolved-worker.ts';

/** Something only one Worker can have. */
export interface Claim {
  readonly kind: 'route' | 'custom domain' | 'queue consumer';
  /** Equal for equal claims. */
  readonly key: string;
  /** As it is written. */
  readonly name: string;
}

/** A store of data behind a binding. */
export interface BoundResource {
  readonly key: string;
  /** `KV namespace 0f2c…`. */
  readonly name: string;
  readonly id: string;
  readonly binding: string;
}

/** What the rules over all targets look at: little enough to hold ten thousand. */
export interface TargetFacts {
  readonly tenant: string;
  /** Name of one of several Workers; null for the only one. */
  readonly worker: string | null;
  readonly environment: string | null;
  readonly accountId: string;
  readonly scriptName: string;
  readonly dispatchNamespace: string | null;
  readonly claims: readonly Claim[];
  readonly resources: readonly BoundResource[];
}

/** Kinds of resources that hold data of a tenant. */
const DATA = new Set(['kv-namespace', 'd1-database', 'r2-bucket', 'vectorize-index']);

/** The facts about one resolved target. */
export function targetFacts(worker: ResolvedWorker): TargetFacts {
  return {
    tenant: worker.tenant,
    worker: worker.worker,
    environment: worker.environment,
    accountId: worker.accountId.toLowerCase(),
    scriptName: worker.scriptName,
    dispatchNamespace: worker.dispatchNamespace,
    claims: claimsOf(worker),
    resources: resourcesOf(worker),
  };
}

/**
 * Where a target says what a rule complains about: its Worker's `name`, its `routes`, its `queues.consumers`, or the
 * binding of that name. Else where the tenant is defined.
 */
export function placeInTarget(worker: ResolvedWorker, what: string): SourcePlace | undefined {
  const { origins, bindings } = worker;
  const tenant = origins['tenant.tenantId']?.place;
  if (what === 'name') return origins['tenant.tenantId']?.from === 'file' ? origins['name']?.place : tenant;
  if (what === 'routes' || what === 'queues.consumers') {
    const path = Object.keys(origins).find(
      (key) => key.startsWith(what) || (what === 'routes' && key.startsWith('route')),
    );
    return origins[path ?? '']?.place ?? tenant;
  }
  const binding = bindings.find(({ name }) => name === what);
  const section = binding === undefined ? null : bindingModule(binding.type)?.section;
  if (binding === undefined || section === null || section === undefined) return tenant;
  const alike = bindings.filter(({ type }) => type === binding.type || type === 'inherit');
  // A binding without an id stands in a section nobody knows any more, and may shift the count.
  const index = worker.inherited.length > 0 ? -1 : alike.indexOf(binding);
  const id = ['id', 'database_id', 'bucket_name', 'index_name', 'binding']
    .map((field) => origins[`${section}[${index}].${field}`]?.place)
    .find((place) => place !== undefined);
  return id ?? tenant;
}

function claimsOf({ triggers, accountId }: ResolvedWorker): readonly Claim[] {
  return [
    ...(triggers.routes ?? []).map(({ pattern }): Claim => ({
      kind: 'route',
      key: `route ${routeKey(pattern)}`,
      name: pattern,
    })),
    ...(triggers.customDomains ?? []).map(({ hostname }): Claim => ({
      kind: 'custom domain',
      key: `domain ${hostname.toLowerCase()}`,
      name: hostname,
    })),
    ...(triggers.queueConsumers ?? []).map(({ queue }): Claim => ({
      kind: 'queue consumer',
      key: `queue ${accountId.toLowerCase()} ${queue}`,
      name: queue,
    })),
  ];
}

/** Hosts are not told apart by case; paths are. */
function routeKey(pattern: string): string {
  const slash = pattern.indexOf('/', pattern.indexOf('://') === -1 ? 0 : pattern.indexOf('://') + 3);
  return slash === -1 ? pattern.toLowerCase() : pattern.slice(0, slash).toLowerCase() + pattern.slice(slash);
}

function resourcesOf(worker: ResolvedWorker): readonly BoundResource[] {
  return worker.bindings.flatMap((binding): readonly BoundResource[] => {
    const module = bindingModule(binding.type);
    const target = bindingTarget(binding);
    if (module === undefined || target === null || !DATA.has(target.kind)) return [];
    return [
      {
        key: [worker.accountId.toLowerCase(), target.kind, target.jurisdiction ?? '', target.id].join(' '),
        name: module.describe(binding),
        id: target.id,
        binding: binding.name,
      },
    ];
  });
}
