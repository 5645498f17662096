import type { Target } from './fetch-worker.ts';
import type { Instance } from '../instance/instance-types.ts';
import { callRouter, readJson } from '../instance/router-client.ts';
import { workerName } from '../plan/worker-name.ts';
import type { QueueMessage, QueueOutcome } from '../queues/queue-message.ts';

/** Runs the `scheduled` handler of a version. @throws Error when the runtime does not start. */
export function runScheduled(
  instance: Instance,
  target: Target,
  cron: string,
  scheduledTime: Date,
): Promise<{ outcome: string }> {
  return instance.use({ kind: 'worker', ...target }, async (miniflare) => {
    const worker = workerName(target.ref, target.versionId);
    const call = { kind: 'scheduled', worker, cron, scheduledTime: scheduledTime.getTime() } as const;
    const { outcome } = await readJson<{ outcome: string }>(
      await callRouter(miniflare, call, { url: 'http://event/' }),
    );
    return { value: { outcome } };
  });
}

/** Runs the `queue` handler of a version. @throws Error when the runtime does not start. */
export function runQueue(
  instance: Instance,
  target: Target,
  queue: string,
  batch: readonly QueueMessage[],
): Promise<QueueOutcome> {
  return instance.use({ kind: 'worker', ...target }, async (miniflare) => {
    const call = { kind: 'queue', worker: workerName(target.ref, target.versionId), queue } as const;
    const body = JSON.stringify(
      batch.map(({ id, timestamp, attempts, contentType, body: content }) => ({
        id,
        timestamp,
        attempts,
        contentType,
        body: content,
      })),
    );
    const result = await readJson<Partial<QueueOutcome>>(
      await callRouter(miniflare, call, { url: 'http://event/', body }),
    );
    return { value: { ...NO_WORD, ...result } };
  });
}

const NO_WORD: QueueOutcome = {
  outcome: 'exception',
  ackAll: false,
  retryBatch: { retry: false },
  explicitAcks: [],
  retryMessages: [],
};
