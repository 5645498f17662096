import type { Request as HostRequest } from 'miniflare';
import type { WorkerLogEvent } from '../contract.ts';
import { MODULES_ROOT } from '../instance/worker-options.ts';
import { HostResponse } from '../process/miniflare.ts';

/** Hands log lines from workerd to whoever follows them. */
export interface Logs {
  /**
   * Settles when workerd has reported the end of the invocation with this request id, `waitUntil` work included, or
   * after `ms` milliseconds.
   */
  ended(ray: string, ms: number): Promise<void>;
  follow(listener: (event: WorkerLogEvent) => void): () => void;
  emit(event: WorkerLogEvent): void;
  /** Takes what the log Worker of an account's process sends. */
  receive(accountId: string, request: HostRequest): Promise<HostResponse>;
}

interface TailReport {
  from: { scriptName: string; versionId: string };
  events: {
    ray: string | null;
    lines: { level: WorkerLogEvent['level']; timestamp: number; message: string }[];
  }[];
}

/** {@link Logs} without followers. */
export function createLogs(): Logs {
  const listeners = new Set<(event: WorkerLogEvent) => void>();
  const emit = (event: WorkerLogEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const waiting = new Map<string, () => void>();
  return {
    ended: (ray, ms) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          waiting.delete(ray);
          resolve();
        };
        const timer = setTimeout(done, ms);
        timer.unref();
        waiting.set(ray, done);
      }),
    follow: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit,
    receive: async (accountId, request) => {
      const { from, events } = (await request.json()) as TailReport;
      for (const { ray } of events) if (ray !== null) waiting.get(ray)?.();
      for (const { level, timestamp, message } of events.flatMap(({ lines }) => lines)) {
        const at = new Date(timestamp).toISOString();
        emit({ accountId, ...from, at, level, message: withoutRoot(message) });
      }
      return new HostResponse(null, { status: 204 });
    },
  };
}

/** Stack frames name modules as they were uploaded. */
function withoutRoot(message: string): string {
  return message.replaceAll(`file://${MODULES_ROOT}/`, '').replaceAll(`${MODULES_ROOT}/`, '');
}
