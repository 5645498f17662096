import type {
  MiniflareOptions,
  Request as HostRequest,
  Response as HostResponse,
  WorkerOptions,
} from 'miniflare';
import { assetWorkers } from '../assets/asset-workers.ts';
import type { InstancePlan } from '../plan/plan-instance.ts';
import type { SplitPlan } from '../plan/plan-splits.ts';
import { answeringName } from '../plan/worker-name.ts';
import { quietOptions } from '../process/quiet-options.ts';
import { HOST_HEADER, ROUTER, ROUTER_SOURCE } from '../sources/router-source.ts';
import type { HostRequestKind } from '../sources/router-source.ts';
import { splitSource } from '../sources/split-source.ts';
import { STAND_INS, standInsSource } from '../sources/stand-in-sources.ts';
import { CALL_SECRET } from './call-header.ts';
import { workerOptions } from './worker-options.ts';
import type { ReadBlob } from './worker-options.ts';

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
  const codes = await Promise.all(plan.workers.map((worker) => workerOptions(worker, services.readBlob)));
  const workers = [...codes, ...plan.workers.flatMap(assetWorkers)];
  // A Worker that nobody binds takes as long to start as one that answers.
  const standsIn = workers.some(({ wrappedBindings }) => wrappedBindings !== undefined);
  return {
    ...quietOptions((text) => services.onOutput(text)),
    defaultPersistRoot: dir,
    workers: [
      router(plan, services),
      ...(standsIn ? [standIns()] : []),
      ...workers,
      ...plan.splits.map(split),
    ],
  };
}

function router({ workers, data }: InstancePlan, services: HostServices): WorkerOptions {
  const prefixed = (kind: string, ids: readonly string[]): Record<string, string> =>
    Object.fromEntries(ids.map((id) => [`${kind}:${id}`, id]));
  return {
    name: ROUTER.name,
    compatibilityDate: '2026-01-01',
    compatibilityFlags: ['service_binding_extra_handlers'],
    modules: [{ type: 'ESModule', path: 'router.js', contents: ROUTER_SOURCE }],
    bindings: { SECRET: CALL_SECRET },
    serviceBindings: { ...routerTargets(workers), HOST: (request: HostRequest) => answer(request, services) },
    kvNamespaces: prefixed('kv', data.kv),
    d1Databases: prefixed('d1', data.d1),
    r2Buckets: prefixed('r2', data.r2),
    stripCfConnectingIp: false,
    cache: false,
  };
}

function answer(request: HostRequest, services: HostServices): Promise<HostResponse> {
  const kind = request.headers.get(HOST_HEADER) as HostRequestKind;
  request.headers.delete(HOST_HEADER);
  if (kind === 'logs') return services.onLogs(request);
  return kind === 'call' ? services.onHostCall(request) : services.onOutbound(request);
}

/** Requests go to the front of a Worker with assets, events to its code. */
function routerTargets(workers: InstancePlan['workers']): Record<string, string> {
  return Object.fromEntries(
    workers.flatMap(({ name, version, scriptName, dispatchNamespace }) => {
      const front = answeringName({ name: scriptName, dispatchNamespace }, version);
      return [
        [`fetch:${name}`, front],
        [`event:${name}`, name],
      ];
    }),
  );
}

function split({ name, scriptName, shares, entrypoints, targets }: SplitPlan): WorkerOptions {
  return {
    name,
    compatibilityDate: '2026-01-01',
    modules: [{ type: 'ESModule', path: 'split.js', contents: splitSource(scriptName, shares, entrypoints) }],
    serviceBindings: targets,
    stripCfConnectingIp: false,
    cache: false,
  };
}

/** Wrapped bindings run with the flags of the Worker that binds them, so they may not have their own. */
function standIns(): WorkerOptions {
  return {
    name: STAND_INS,
    modules: [{ type: 'ESModule', path: 'stand-ins.js', contents: standInsSource() }],
    serviceBindings: { HOST: { name: ROUTER.name, entrypoint: ROUTER.calls } },
    stripCfConnectingIp: false,
    cache: false,
  };
}
