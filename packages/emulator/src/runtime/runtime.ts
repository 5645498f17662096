import { join } from 'node:path';
import { Response as HostResponse } from 'miniflare';
import type { Clock } from '../clock.ts';
import { createChecker } from './check/checker.ts';
import type { Runtime, RuntimeView } from './contract.ts';
import { createDataPlane } from './data-plane.ts';
import { errorPage } from './error-pages.ts';
import { fetchWorker, newRay } from './fetch-worker.ts';
import type { Target } from './fetch-worker.ts';
import { answerHostCall } from './host-calls.ts';
import { findDestination } from './hosts.ts';
import type { Destination } from './hosts.ts';
import type { InstanceOptions } from './instance/instance.ts';
import { instanceOptions } from './instance/instance-options.ts';
import { createInstances } from './instances.ts';
import { liveVersions } from './live-versions.ts';
import { createLogs } from './logs.ts';
import { planInstance } from './plan/plan-instance.ts';
import { createVectorizeStore } from './stand-ins/vectorize.ts';
import type { VectorizeStore } from './stand-ins/vectorize.ts';
import { chooseVersion } from './traffic.ts';

/** Options of {@link createRuntime}. Times are milliseconds. */
export interface RuntimeOptions {
  readonly view: RuntimeView;
  /** Folder for the data of resources. Everything in it survives a restart and a kill. */
  readonly dataDir: string;
  /** Gives numbers from 0 to 1 for the traffic split. @default Math.random */
  readonly random?: () => number;
  /** Time without a request after which an account's process stops. @default 60000 */
  readonly idleMs?: number;
  /** Processes (one for each account that gets requests) that run at the same time. @default 4 */
  readonly maxAwake?: number;
  /** Workers awake in one process, besides those they are bound to. @default 16 */
  readonly maxWorkers?: number;
  /** Time a change waits for requests under way before it cuts them off. @default 10000 */
  readonly drainMs?: number;
  /** Time the top level of a script may take in `check`. @default 5000 */
  readonly startTimeoutMs?: number;
  /** Answers what Workers fetch from the outside. @default nothing leaves the machine: a 530 naming the host */
  readonly outbound?: (request: Request) => Promise<Response>;
  /** Clock for the times of our own events. @default the machine's */
  readonly clock?: Clock;
}

/** A runtime that starts nothing until something is asked of it. */
export function createRuntime(options: RuntimeOptions): Runtime {
  const { view, dataDir } = options;
  const logs = createLogs();
  const checker = createChecker({ timeoutMs: options.startTimeoutMs ?? 5_000 });
  const dirOf = (accountId: string): string => join(dataDir, accountId);
  const vectorizeOf = perAccount((accountId) =>
    createVectorizeStore(join(dirOf(accountId), 'vectorize'), (name) =>
      view.vectorizeIndex?.(accountId, name),
    ),
  );

  const settings = (key: string): Omit<InstanceOptions, 'beforeStart'> => {
    const [accountId = ''] = key.split('/');
    return {
      dir: dirOf(accountId),
      plan: (awake, data) => planInstance(view, accountId, awake, data),
      options: (plan, onOutput) =>
        instanceOptions(plan, dirOf(accountId), {
          readBlob: (hash) => view.blob(hash),
          onHostCall: (request) => answerHostCall(request, { vectorize: vectorizeOf(accountId) }),
          onLogs: (request) => logs.receive(accountId, request),
          onOutbound: async (request) =>
            new HostResponse(
              `Nothing leaves this machine: fetch(${JSON.stringify(request.url)}) was not sent.`,
              {
                status: 530,
              },
            ),
          onOutput,
        }),
      idleMs: options.idleMs ?? 60_000,
      drainMs: options.drainMs ?? 10_000,
      maxScripts: options.maxWorkers ?? 16,
    };
  };
  const instances = createInstances({ maxAwake: options.maxAwake ?? 4, settings });

  const targetOf = (
    { script, preview }: Extract<Destination, { kind: 'worker' }>,
    headers: Headers,
  ): Target | null => {
    const live = liveVersions(script);
    const random = options.random ?? Math.random;
    const version = preview ?? chooseVersion({ scriptName: script.name, live, headers, random });
    if (version === undefined) return null;
    const { name, dispatchNamespace } = script;
    return {
      ref: { name, dispatchNamespace },
      versionId: version.id,
      preview: !live.some((one) => one.version === version),
    };
  };

  return {
    data: createDataPlane((accountId) => instances.get(accountId), dirOf),
    check: (candidate) => checker.check(candidate),
    fetch: async (request) => {
      const url = new URL(request.url);
      const destination = findDestination(view, url);
      if (destination === null) return null;
      if (destination.kind !== 'worker') return errorPage(destination.kind, url.host, newRay());
      const target = targetOf(destination, request.headers);
      if (target === null) return errorPage('nothing-here', url.host, newRay());
      return fetchWorker(instances.get(destination.script.accountId), target, request);
    },
    triggerScheduled: async () => {
      throw new Error('not yet');
    },
    sendQueueMessages: async () => {
      throw new Error('not yet');
    },
    changed: (accountId) => instances.changed(accountId),
    onLog: (listener) => logs.follow(listener),
    close: async () => {
      await Promise.all([checker.close(), instances.close()]);
    },
  };
}

function perAccount(make: (accountId: string) => VectorizeStore): (accountId: string) => VectorizeStore {
  const made = new Map<string, VectorizeStore>();
  return (accountId) => {
    const store = made.get(accountId) ?? make(accountId);
    made.set(accountId, store);
    return store;
  };
}
