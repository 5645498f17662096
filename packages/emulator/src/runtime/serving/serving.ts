import type { ScriptDocument } from '../../store/model/scripts.ts';
import type { Clock } from '../../clock.ts';
import type { Runtime, RuntimeView } from '../contract.ts';
import type { Instance } from '../instance/instance-types.ts';
import { findDestination } from '../routing/hosts.ts';
import { routeToVersion } from '../routing/route-request.ts';
import { errorPage } from './error-pages.ts';
import { fetchWorker, newRay } from './fetch-worker.ts';
import type { Target } from './fetch-worker.ts';
import type { Logs } from './logs.ts';
import type { Served } from './served.ts';
import { upgradeSocket } from './upgrade-socket.ts';

/** What requests are served with. */
export interface ServingOptions {
  view: RuntimeView;
  logs: Logs;
  /** Told of every request from outside that a version answered. */
  served: Served;
  clock: Clock;
  /** Gives numbers from 0 to 1 for the traffic split. */
  random: () => number;
  /** The process that runs a script. */
  instanceFor(script: ScriptOwner): Instance;
}

/** Enough of a script to know its process. */
export type ScriptOwner = Pick<ScriptDocument, 'accountId' | 'dispatchNamespace'>;

/** A script and the version of it that is to run. */
export type Deployed = ScriptOwner & { target: Target };

/** The ways to a deployed Worker. */
export interface Serving {
  /** By host. null: the host is none of ours. */
  fetch(request: Request): Promise<Response | null>;
  /** By host, for a connection that asks for a WebSocket. */
  upgrade: NonNullable<Runtime['upgrade']>;
  /** A Worker of a dispatch namespace by its name. null: there is none, or nothing of it is deployed. */
  dispatch(accountId: string, namespace: string, name: string, request: Request): Promise<Response | null>;
  /** @throws Error when the account has no such Worker or nothing of it is deployed. */
  deployed(accountId: string, scriptName: string): Deployed;
}

/** Finds the Worker and version for each request, and lets it answer. */
export function createServing(options: ServingOptions): Serving {
  const { view, random, instanceFor } = options;
  const fetch = async (request: Request): Promise<Response | null> => {
    const url = new URL(request.url);
    const destination = findDestination(view, url);
    if (destination === null) return null;
    if (destination.kind !== 'worker') return errorPage(destination.kind, url.host, newRay());
    const target = routeToVersion({ ...destination, headers: request.headers, random });
    if (target === null) return errorPage('nothing-here', url.host, newRay());
    const { served } = options;
    return fetchWorker({ ...options, served, instance: instanceFor(destination.script), target }, request);
  };
  const find = (accountId: string, name: string, namespace?: string): Deployed | null => {
    const script = view.script(accountId, name, namespace);
    const target = script === undefined ? null : routeToVersion({ script, random });
    if (script === undefined || target === null) return null;
    return { accountId, dispatchNamespace: script.dispatchNamespace, target };
  };
  return {
    fetch,
    upgrade: async (url, visitor) => {
      const destination = findDestination(view, url);
      if (destination?.kind !== 'worker') return false;
      const target = routeToVersion({ ...destination, headers: headersOf(visitor.request), random });
      if (target === null) return false;
      await upgradeSocket(instanceFor(destination.script), target, url, visitor);
      return true;
    },
    dispatch: async (accountId, namespace, name, request) => {
      const found = find(accountId, name, namespace);
      if (found === null) return null;
      // A Worker of a namespace has no version that anybody could count by.
      const call = { ...options, served: null, instance: instanceFor(found), target: found.target };
      return fetchWorker(call, request);
    },
    deployed: (accountId, scriptName) => {
      const found = find(accountId, scriptName);
      if (found === null) throw new Error(`The Worker "${scriptName}" is not deployed.`);
      return found;
    },
  };
}

/** Headers of a request as Node's server gives them: a name given more than once has a list. */
function headersOf({ headersDistinct }: { headersDistinct: NodeJS.Dict<string[]> }): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return headers;
}
