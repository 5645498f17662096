import type { DataPlane, Runtime, ServedRequest, WorkerLogEvent } from './runtime/contract.ts';

/**
 * A runtime that is only made when something needs it, so that a client that just reads documents never pays for
 * loading workerd.
 */
export function createLazyRuntime(make: () => Promise<Runtime>): Runtime {
  let made: Promise<Runtime> | null = null;
  const listeners = new Set<(event: WorkerLogEvent) => void>();
  const served = new Set<(request: ServedRequest) => void>();
  const runtime = async (): Promise<Runtime> => {
    made ??= make().then((created) => {
      created.onLog((event) => {
        for (const listener of listeners) listener(event);
      });
      created.onServed((request) => {
        for (const listener of served) listener(request);
      });
      return created;
    });
    return made;
  };
  const data: DataPlane = {
    kvGet: async (...args) => (await runtime()).data.kvGet(...args),
    kvPut: async (...args) => (await runtime()).data.kvPut(...args),
    kvDelete: async (...args) => (await runtime()).data.kvDelete(...args),
    kvList: async (...args) => (await runtime()).data.kvList(...args),
    d1Query: async (...args) => (await runtime()).data.d1Query(...args),
    r2List: async (...args) => (await runtime()).data.r2List(...args),
    r2Get: async (...args) => (await runtime()).data.r2Get(...args),
    r2Put: async (...args) => (await runtime()).data.r2Put(...args),
    r2Delete: async (...args) => (await runtime()).data.r2Delete(...args),
    vectorize: async (...args) => (await runtime()).data.vectorize(...args),
    drop: async (...args) => (await runtime()).data.drop(...args),
  };
  return {
    data,
    check: async (candidate) => (await runtime()).check(candidate),
    fetch: async (request) => (await runtime()).fetch(request),
    upgrade: async (url, visitor) => (await (await runtime()).upgrade?.(url, visitor)) ?? false,
    triggerScheduled: async (...args) => (await runtime()).triggerScheduled(...args),
    sendQueueMessages: async (...args) => (await runtime()).sendQueueMessages(...args),
    changed: (accountId) => {
      // A runtime that could not be made says so to whoever needs it.
      made?.then((created) => created.changed(accountId)).catch(() => undefined);
    },
    onServed: (listener) => {
      served.add(listener);
      return () => served.delete(listener);
    },
    onLog: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      await (await made)?.close();
    },
  };
}
