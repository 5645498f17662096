import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import type { Clock } from '../clock.ts';
import { createAccountServices } from './account-services.ts';
import type { AllAccountServices } from './account-services.ts';
import { createChecker } from './check/checker.ts';
import type { Runtime, RuntimeView } from './contract.ts';
import { createDataPlane } from './data/data-plane.ts';
import { createHostServices } from './host-services.ts';
import type { Instance, InstanceOptions } from './instance/instance-types.ts';
import { instanceOptions } from './instance/instance-options.ts';
import { createInstances } from './instances.ts';
import type { Instances } from './instances.ts';
import { comingScripts } from './plan/coming-scripts.ts';
import { planInstance } from './plan/plan-instance.ts';
import { endOrphans } from './process/orphans.ts';
import { shareEntries } from './process/share-entries.ts';
import { watchWorkerd } from './process/watchdog.ts';
import { bareWorkerd } from './process/workerd-environment.ts';
import { createLogs } from './serving/logs.ts';
import type { Logs } from './serving/logs.ts';
import { createServed } from './serving/served.ts';
import type { Served } from './serving/served.ts';
import { createServing } from './serving/serving.ts';
import type { ScriptOwner, Serving } from './serving/serving.ts';
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
  /** Stamps log lines and queue messages. @default the machine's clock */
  readonly clock?: Clock;
}

/** The parts of a runtime, which need each other. */
interface Parts {
  readonly options: RuntimeOptions;
  readonly logs: Logs;
  readonly served: Served;
  readonly instances: Instances;
  readonly accounts: AllAccountServices;
  readonly serving: Serving;
}

/** A runtime that starts nothing until something is asked of it. */
export function createRuntime(options: RuntimeOptions): Runtime {
  watchWorkerd();
  bareWorkerd();
  shareEntries();
  const checker = createChecker({ timeoutMs: options.startTimeoutMs ?? 5_000 });
  const parts = createParts(options);
  const { logs, served, instances, accounts, serving } = parts;
  return {
    data: createDataPlane({
      instances,
      vectorizeOf: (accountId) => accounts.of(accountId).vectorize,
      dirOf: (accountId) => dirOf(options, accountId),
    }),
    check: (candidate) => checker.check(candidate),
    fetch: (request) => serving.fetch(request),
    upgrade: (url, visitor) => serving.upgrade(url, visitor),
    triggerScheduled: async (accountId, scriptName, cron, scheduledTime) => {
      const script = serving.deployed(accountId, scriptName);
      return runScheduled(instanceFor(instances, script), script.target, cron, scheduledTime);
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
    onServed: served.follow,
    onLog: (listener) => logs.follow(listener),
    close: async () => {
      await Promise.all([...accounts.all()].map(({ broker }) => broker.close()));
      await Promise.all([checker.close(), instances.close()]);
    },
  };
}

function createParts(options: RuntimeOptions): Parts {
  const { view, random = Math.random, clock = systemClock } = options;
  const logs = createLogs();
  const served = createServed();
  const instances = createInstances({
    maxAwake: options.maxAwake ?? 2,
    prepare: () => endOrphans(options.dataDir),
    // Asked for when a process starts; by then all parts are there.
    settings: (key) => instanceSettings(parts, key),
  });
  const serving = createServing({
    view,
    random,
    logs,
    served,
    clock,
    instanceFor: (script) => instanceFor(instances, script),
  });
  const accounts = createAccountServices({
    view,
    clock,
    dirOf: (accountId) => dirOf(options, accountId),
    deliver: async (accountId, scriptName, queue, batch) => {
      const script = serving.deployed(accountId, scriptName);
      return runQueue(instanceFor(instances, script), script.target, queue, batch);
    },
  });
  const parts: Parts = { options, logs, served, instances, accounts, serving };
  return parts;
}

/** Scripts of a dispatch namespace have a process of their own: see bindings/dispatch-namespace.ts. */
function instanceFor(instances: Instances, { accountId, dispatchNamespace }: ScriptOwner): Instance {
  return instances.get(dispatchNamespace === null ? accountId : `${accountId}/${dispatchNamespace}`);
}

/** Everything about the process of a key, which is what {@link instanceFor} made. */
function instanceSettings(parts: Parts, key: string): Omit<InstanceOptions, 'beforeStart'> {
  const { options, accounts } = parts;
  const [accountId = '', dispatchNamespace = null] = key.split('/');
  const { clock = systemClock } = options;
  const dir = dirOf(options, accountId);
  return {
    dir,
    plan: (awake, data) => planInstance(options.view, accountId, awake, data),
    coming: () => comingScripts(options.view, accountId, dispatchNamespace, clock.now().getTime()),
    options: (plan, onOutput) => {
      const services = accounts.of(accountId);
      const { view, outbound: outside } = options;
      const host = createHostServices({ ...parts, view, accountId, plan, services, outside });
      return instanceOptions(plan, dir, { ...host, onOutput });
    },
    idleMs: options.idleMs ?? 30_000,
    drainMs: options.drainMs ?? 10_000,
    maxScripts: options.maxWorkers ?? 6,
  };
}

/** Folder of an account's data. */
function dirOf({ dataDir }: RuntimeOptions, accountId: string): string {
  return join(dataDir, accountId);
}
