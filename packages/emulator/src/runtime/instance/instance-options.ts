import type {
  MiniflareOptions,
  Request as HostRequest,
  Response as HostResponse,
  WorkerOptions,
} from 'miniflare';
import { assetWorkers } from '../assets/asset-workers.ts';
import type { InstancePlan } from '../plan/plan-instance.ts';
import { frontName } from '../plan/worker-name.ts';
import { quietOptions } from '../quiet-options.ts';
import { LOG_SOURCE } from '../sources/log-source.ts';
import { OUTBOUND_SOURCE, ROUTER_SOURCE } from '../sources/router-source.ts';
import { STAND_IN_SOURCES } from '../sources/stand-in-sources.ts';
import { workerOptions } from './worker-options.ts';
import type { ReadBlob } from './worker-options.ts';

/** Newest flags of the Workers that are ours. */
const OWN = {
  compatibilityDate: '2026-01-01',
  compatibilityFlags: ['service_binding_extra_handlers'],
} as const;

/** What a process asks of ours while it runs. */
export interface HostServices {
  readBlob: ReadBlob;
  /** Answers stand-ins (`POST /ai/run`, …). */
  onHostCall(request: HostRequest): Promise<HostResponse>;
  /** Gets log lines. */
  onLogs(request: HostRequest): Promise<HostResponse>;
  /** Answers what a Worker fetches from the outside. */
  onOutbound(request: HostRequest): Promise<HostResponse>;
  /** Gets what workerd prints. */
  onOutput(text: string): void;
}

/**
 * Turns a plan into the options of one miniflare.
 * @param dir Folder that keeps the data of the plan's resources.
 */
export async function instanceOptions(
  plan: InstancePlan,
  dir: string,
  services: HostServices,
): Promise<MiniflareOptions> {
  const workers = await Promise.all(plan.workers.map((worker) => workerOptions(worker, services.readBlob)));
  return {
    ...quietOptions((text) => services.onOutput(text)),
    defaultPersistRoot: dir,
    workers: [
      router(plan),
      ownWorker('log', LOG_SOURCE, { SINK: (request: HostRequest) => services.onLogs(request) }),
      ownWorker('outbound', OUTBOUND_SOURCE, {
        HOST: (request: HostRequest) => services.onOutbound(request),
      }),
      ...Object.entries(STAND_IN_SOURCES).map(([name, source]) => standIn(name, source, services)),
      ...workers,
      ...plan.workers.flatMap(assetWorkers),
    ],
  };
}

function router({ workers, data }: InstancePlan): WorkerOptions {
  const prefixed = (kind: string, ids: readonly string[]): Record<string, string> =>
    Object.fromEntries(ids.map((id) => [`${kind}:${id}`, id]));
  return {
    ...ownWorker('router', ROUTER_SOURCE, routerTargets(workers)),
    kvNamespaces: prefixed('kv', data.kv),
    d1Databases: prefixed('d1', data.d1),
    r2Buckets: prefixed('r2', data.r2),
  };
}

/** Requests go to the front of a Worker with assets, events to its code. */
function routerTargets(workers: InstancePlan['workers']): Record<string, string> {
  return Object.fromEntries(
    workers.flatMap(({ name, version }) => {
      const front = version.assets === null ? name : frontName(name);
      return [
        [`fetch:${name}`, front],
        [`event:${name}`, name],
      ];
    }),
  );
}

function ownWorker(
  name: string,
  source: string,
  serviceBindings: NonNullable<WorkerOptions['serviceBindings']>,
): WorkerOptions {
  return {
    ...OWN,
    compatibilityFlags: [...OWN.compatibilityFlags],
    name,
    modules: [{ type: 'ESModule', path: `${name}.js`, contents: source }],
    serviceBindings,
    stripCfConnectingIp: false,
  };
}

/** Wrapped bindings run with the flags of the Worker that binds them, so they may not have their own. */
function standIn(name: string, source: string, services: HostServices): WorkerOptions {
  return {
    name,
    modules: [{ type: 'ESModule', path: 'stand-in.js', contents: source }],
    serviceBindings: { HOST: (request: HostRequest) => services.onHostCall(request) },
    stripCfConnectingIp: false,
  };
}
