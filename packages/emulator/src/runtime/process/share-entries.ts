import type { Service, ServiceDesignator, ServicesExtensions, Worker_Binding } from 'miniflare';
import { CACHE_PLUGIN, CORE_PLUGIN, D1_PLUGIN, KV_PLUGIN, R2_PLUGIN, SharedBindings } from './miniflare.ts';
import { QUIET_LOG } from './quiet-log.ts';

/** What miniflare asks a plugin with, as far as it is needed here. */
interface Asked {
  readonly log: unknown;
  readonly workerIndex: number;
  /** All bindings of the Worker. */
  readonly workerBindings: readonly Worker_Binding[];
}

interface CacheAsked extends Asked {
  readonly options: { readonly cache?: boolean | undefined; readonly cacheWarnUsage?: boolean | undefined };
}

type Answer = Service[] | ServicesExtensions | void;

interface Plugin<O extends Asked> {
  getServices(options: O): Answer | Promise<Answer>;
}

/**
 * The Worker in front of stored data: hands a request to the object that keeps it. miniflare makes one for each namespace,
 * with the name as a variable; here the name comes with the call.
 */
const ENTRY_SOURCE = `export default {
  fetch(request, { OBJECT }, { props: { name } }) {
    return OBJECT.get(OBJECT.idFromName(name)).fetch(request, { cf: { miniflare: { name } } });
  },
};`;

let sharing = false;

/**
 * From now on the Workers of a process share what miniflare puts before their data and their cache. It gives each KV
 * namespace, database and bucket, and the cache of each Worker, a Worker of its own that only passes requests on: two
 * thirds of the time workerd takes to start a Worker with a namespace (8 ms instead of 27). Another program's miniflare in
 * this process is left as it is.
 *
 * Source: miniflare, `objectEntryWorker` and the cache plugin.
 */
export function shareEntries(): void {
  if (sharing) return;
  sharing = true;
  shareDataEntry(KV_PLUGIN, 'kv:ns');
  shareDataEntry(D1_PLUGIN, 'd1:db');
  shareDataEntry(R2_PLUGIN, 'r2:bucket');
  shareCacheEntry();
}

/** @param prefix Of the names of the plugin's services: alone that of the objects, with `:<id>` that of an entry. */
function shareDataEntry<O extends Asked>(plugin: Plugin<O>, prefix: string): void {
  const shared = `${prefix}:`;
  after(plugin, ({ workerBindings }, services) => {
    for (const designator of workerBindings.flatMap(designatorsOf)) {
      const { name = '' } = designator;
      if (!name.startsWith(shared) || name === shared) continue;
      designator.name = shared;
      designator.props = { json: JSON.stringify({ name: name.slice(shared.length) }) };
    }
    const entries = services.filter(({ name = '' }) => name.startsWith(shared));
    const [entry] = entries.flatMap((service) => sharedEntry(service, shared));
    return entry === undefined ? services : [...services.filter((one) => !entries.includes(one)), entry];
  });
}

function sharedEntry(service: Service, name: string): Service[] {
  if (!('worker' in service)) return [];
  const [object] = (service.worker?.bindings ?? []).flatMap((binding) =>
    'durableObjectNamespace' in binding && binding.name === SharedBindings.DURABLE_OBJECT_NAMESPACE_OBJECT
      ? [{ ...binding, name: 'OBJECT' }]
      : [],
  );
  if (object === undefined) return [];
  const modules = [{ name: 'entry.js', esModule: ENTRY_SOURCE }];
  return [{ name, worker: { compatibilityDate: '2026-01-01', modules, bindings: [object] } }];
}

/** Where a binding of stored data leads: KV and R2 themselves, D1 through a wrapper. */
function designatorsOf(binding: Worker_Binding): ServiceDesignator[] {
  if ('kvNamespace' in binding) return binding.kvNamespace === undefined ? [] : [binding.kvNamespace];
  if ('r2Bucket' in binding) return binding.r2Bucket === undefined ? [] : [binding.r2Bucket];
  if ('service' in binding) return binding.service === undefined ? [] : [binding.service];
  return 'wrapped' in binding ? (binding.wrapped?.innerBindings ?? []).flatMap(designatorsOf) : [];
}

/** The first Worker's entry stays, as miniflare itself asks for it. */
function shareCacheEntry(): void {
  // The core's services are made before those of the cache, with a name for the cache's in them.
  const caches = new WeakMap<readonly Worker_Binding[], ServiceDesignator>();
  after(CORE_PLUGIN, ({ workerBindings }, services) => {
    for (const service of services) {
      const outbound = 'worker' in service ? service.worker?.cacheApiOutbound : undefined;
      if (outbound !== undefined) caches.set(workerBindings, outbound);
    }
    return services;
  });
  const plugin: Plugin<CacheAsked> = CACHE_PLUGIN;
  after(plugin, ({ workerBindings, workerIndex, options }, services) => {
    const own = `cache:${workerIndex}`;
    const designator = caches.get(workerBindings);
    if (workerIndex === 0 || designator?.name !== own || options.cacheWarnUsage === true) return services;
    const name = options.cache === false ? 'cache:none' : 'cache:shared';
    designator.name = name;
    return services.map((service) => (service.name === own ? { ...service, name } : service));
  });
}

/** Lets `change` look at what a plugin gives, for the processes of ours. */
function after<O extends Asked>(
  plugin: Plugin<O>,
  change: (options: O, services: Service[]) => Service[],
): void {
  const make = plugin.getServices.bind(plugin);
  plugin.getServices = async (options) => {
    const made = await make(options);
    if (options.log !== QUIET_LOG || made === undefined) return made;
    if (Array.isArray(made)) return change(options, made);
    return { ...made, services: change(options, made.services) };
  };
}
