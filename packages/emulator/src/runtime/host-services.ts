import type { StoredAssets } from '../store/model/scripts.ts';
import type { AccountServices } from './account-services.ts';
import { assetByHash } from './assets/asset-manifest.ts';
import type { RuntimeView } from './contract.ts';
import type { HostServices } from './instance/instance-options.ts';
import type { InstancePlan } from './plan/plan-instance.ts';
import { findDestination } from './routing/hosts.ts';
import { answerHostCall, toGlobalRequest, toHostResponse } from './serving/host-calls.ts';
import type { AssetContent } from './serving/host-calls.ts';
import type { Logs } from './serving/logs.ts';
import { answerOutbound } from './serving/outbound.ts';
import type { OutboundServices } from './serving/outbound.ts';
import type { Serving } from './serving/serving.ts';

/** What a process of an account asks of ours. */
export interface HostServicesOptions {
  view: RuntimeView;
  accountId: string;
  /** What the process runs. */
  plan: InstancePlan;
  services: AccountServices;
  serving: Pick<Serving, 'fetch' | 'dispatch'>;
  logs: Logs;
  /** Answers what Workers fetch from the outside. */
  outside: OutboundServices['outside'];
}

/** Answers what Workers, their stand-ins and their log Worker ask of our process. */
export function createHostServices(options: HostServicesOptions): Omit<HostServices, 'onOutput'> {
  const { view, accountId, plan, services, serving, logs } = options;
  const outbound: OutboundServices = {
    find: (url) => findDestination(view, url),
    serve: (request) => serving.fetch(request),
    outside: options.outside,
  };
  return {
    readBlob: (hash) => view.blob(hash),
    onHostCall: (request) =>
      answerHostCall(request, {
        vectorize: services.vectorize,
        sendMessages: (queue, messages, delay) => services.broker.send(queue, messages, delay),
        assetFile: (worker, hash) => readAsset(view, assetsOf(plan, worker), hash),
        dispatch: (namespace, name, inner) => serving.dispatch(accountId, namespace, name, inner),
      }),
    onLogs: (request) => logs.receive(accountId, request),
    onOutbound: async (request) =>
      toHostResponse(await answerOutbound(accountId, toGlobalRequest(request), outbound)),
  };
}

function assetsOf({ workers }: InstancePlan, name: string): StoredAssets | null {
  return workers.find((worker) => worker.name === name)?.version.assets ?? null;
}

async function readAsset(
  view: RuntimeView,
  assets: StoredAssets | null,
  hash: string,
): Promise<AssetContent | null> {
  const file = assets === null ? undefined : assetByHash(assets, hash);
  return file === undefined ? null : { bytes: await view.blob(file.blob), contentType: file.contentType };
}
