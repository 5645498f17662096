import { join } from 'node:path';
import type { ScriptDocument, StoredAssets } from '../store/model.ts';
import { createAccountServices } from './account-services.ts';
import { assetByHash } from './assets/asset-manifest.ts';
import { createChecker } from './check/checker.ts';
import type { Runtime, RuntimeView } from './contract.ts';
import { createDataPlane } from './data/data-plane.ts';
import { errorPage } from './serving/error-pages.ts';
import { fetchWorker, newRay } from './serving/fetch-worker.ts';
import { answerHostCall, toGlobalRequest, toHostResponse } from './serving/host-calls.ts';
import { findDestination } from './routing/hosts.ts';
import type { InstanceOptions } from './instance/instance-types.ts';
import { instanceOptions } from './instance/instance-options.ts';
import type { HostServices } from './instance/instance-options.ts';
import { createInstances } from './instances.ts';
import { createLogs } from './serving/logs.ts';
import { endOrphans } from './process/orphans.ts';
import { answerOutbound } from './serving/outbound.ts';
import { planInstance } from './plan/plan-instance.ts';
import type { InstancePlan } from './plan/plan-instance.ts';
import { routeToVersion } from './routing/route-request.ts';
import { upgradeSocket } from './serving/upgrade-socket.ts';
import { runQueue, runScheduled } from './serving/worker-events.ts';

/** Options of {@link createRuntime}. Times are milliseconds. */
export interface RuntimeOptions {
  readonly view: RuntimeView;
  /** Folder for the data of resources. Everything in it survives a restart and a kill. */
  readonly dataDir: string;
  /** Gives numbers from 0 to 1 for the traffic split. @default Math.random */
  readonly random?: () => number;
  /** Time without a request after which an account's process stops. @default 30000 */
  readonly idleMs?: number;
  /** Processes (one for each account that gets requests) that run at the same time. @default 2 */
  readonly maxAwake?: number;
  /** Workers awake in one process, besides those they are bound to. @default 6 */
  readonly maxWorkers?: number;
  /** Time a change waits for requests under way before it cuts them off. @default 10000 */
  readonly drainMs?: number;
  /** Time the top level of a script may take in `check`. @default 5000 */
  readonly startTimeoutMs?: number;
  /** Answers what Workers fetch from the outside. @default nothing leaves the machine: a 530 naming the host */
  readonly outbound?: (request: Request) => Promise<Response>;
}

/** A runtime that starts nothing until something is asked of it. */
export function createRuntime(options: RuntimeOptions): Runtime {
  const { view, dataDir, random = Math.random } = options;
  const logs = createLogs();
  const checker = createChecker({ timeoutMs: options.startTimeoutMs ?? 5_000 });
  const dirOf = (accountId: string): string => join(dataDir, accountId);
  const instances = createInstances({
    maxAwake: options.maxAwake ?? 2,
    prepare: () => endOrphans(dataDir),
    settings,
  });
  /** Scripts of a dispatch namespace have a process of their own: see bindings/dispatch-namespace.ts. */
  const instanceFor = ({
    accountId,
    dispatchNamespace,
  }: Pick<ScriptDocument, 'accountId' | 'dispatchNamespace'>) =>
    instances.get(dispatchNamespace === null ? accountId : `${accountId}/${dispatchNamespace}`);
  const accounts = createAccountServices({
    view,
    dirOf,
    deliver: async (accountId, scriptName, queue, batch) => {
      const script = deployed(accountId, scriptName);
      return runQueue(instanceFor(script), script.target, queue, batch);
    },
  });

  function settings(key: string): Omit<InstanceOptions, 'beforeStart'> {
    const [accountId = ''] = key.split('/');
    return {
      dir: dirOf(accountId),
      plan: (awake, data) => planInstance(view, accountId, awake, data),
      options: (plan, onOutput) =>
        instanceOptions(plan, dirOf(accountId), { ...hostServices(accountId, plan), onOutput }),
      idleMs: options.idleMs ?? 30_000,
      drainMs: options.drainMs ?? 10_000,
      maxScripts: options.maxWorkers ?? 6,
    };
  }

  function hostServices(accountId: string, plan: InstancePlan): Omit<HostServices, 'onOutput'> {
    const { vectorize, broker } = accounts.of(accountId);
    const outbound = { find: (url: URL) => findDestination(view, url), serve, outside: options.outbound };
    return {
      readBlob: (hash) => view.blob(hash),
      onHostCall: (request) =>
        answerHostCall(request, {
          vectorize,
          sendMessages: (queue, messages, delay) => broker.send(queue, messages, delay),
          assetFile: (worker, hash) => readAsset(assetsOf(plan, worker), hash),
          dispatch: (namespace, name, inner) => dispatch(accountId, namespace, name, inner),
        }),
      onLogs: (request) => logs.receive(accountId, request),
      onOutbound: async (request) =>
        toHostResponse(await answerOutbound(accountId, toGlobalRequest(request), outbound)),
    };
  }

  async function serve(request: Request): Promise<Response | null> {
    const url = new URL(request.url);
    const destination = findDestination(view, url);
    if (destination === null) return null;
    if (destination.kind !== 'worker') return errorPage(destination.kind, url.host, newRay());
    const target = routeToVersion({ ...destination, headers: request.headers, random });
    if (target === null) return errorPage('nothing-here', url.host, newRay());
    return fetchWorker(instanceFor(destination.script), logs, target, request);
  }

  async function dispatch(accountId: string, namespace: string, name: string, request: Request) {
    const script = view.script(accountId, name, namespace);
    const target = script && routeToVersion({ script, random });
    if (script === undefined || target === null || target === undefined) return null;
    return fetchWorker(instanceFor(script), logs, target, request);
  }

  /** @throws Error when the account has no such Worker or nothing of it is deployed. */
  function deployed(accountId: string, scriptName: string) {
    const script = view.script(accountId, scriptName);
    const target = script && routeToVersion({ script, random });
    if (script === undefined || target === null || target === undefined) {
      throw new Error(`The Worker "${scriptName}" is not deployed.`);
    }
    return { accountId, dispatchNamespace: script.dispatchNamespace, target };
  }

  async function readAsset(assets: StoredAssets | null, hash: string) {
    const file = assets === null ? undefined : assetByHash(assets, hash);
    return file === undefined ? null : { bytes: await view.blob(file.blob), contentType: file.contentType };
  }

  return {
    data: createDataPlane({
      instances,
      vectorizeOf: (accountId) => accounts.of(accountId).vectorize,
      dirOf,
    }),
    check: (candidate) => checker.check(candidate),
    fetch: serve,
    upgrade: async (url, visitor) => {
      const destination = findDestination(view, url);
      if (destination?.kind !== 'worker') return false;
      const headers = new Headers(visitor.request.headers as Record<string, string>);
      const target = routeToVersion({ ...destination, headers, random });
      if (target === null) return false;
      await upgradeSocket(instanceFor(destination.script), target, url, visitor);
      return true;
    },
    triggerScheduled: async (accountId, scriptName, cron, scheduledTime) => {
      const script = deployed(accountId, scriptName);
      return runScheduled(instanceFor(script), script.target, cron, scheduledTime);
    },
    sendQueueMessages: (accountId, queueName, bodies) =>
      accounts.of(accountId).broker.send(
        queueName,
        bodies.map((body) => ({ body })),
      ),
    changed: (accountId) => {
      instances.changed(accountId);
      accounts.changed(accountId);
    },
    onLog: (listener) => logs.follow(listener),
    close: async () => {
      await Promise.all([...accounts.all()].map(({ broker }) => broker.close()));
      await Promise.all([checker.close(), instances.close()]);
    },
  };
}

function assetsOf({ workers }: InstancePlan, name: string): StoredAssets | null {
  return workers.find((worker) => worker.name === name)?.version.assets ?? null;
}
