import type { Json, JsonObject } from '../../json.ts';

/** A message on a queue. `bytes` bodies are base64 text, all others JSON values. */
export interface QueueMessage {
  id: string;
  /** Time it was sent, epoch milliseconds. */
  timestamp: number;
  /** Deliveries so far. */
  attempts: number;
  /** Not delivered before, epoch milliseconds. */
  readyAt: number;
  contentType: 'json' | 'text' | 'bytes' | 'v8';
  body: Json;
}

/** How a consumer's `queue` handler ended. */
export interface QueueOutcome {
  outcome: string;
  ackAll: boolean;
  retryBatch: { retry: boolean; delaySeconds?: number };
  explicitAcks: string[];
  retryMessages: { msgId: string; delaySeconds?: number }[];
}

/** Settings of a consumer, in effect. Defaults: docs, Queues "Batching, retries and delays". */
export interface ConsumerSettings {
  batchSize: number;
  maxWaitMs: number;
  maxRetries: number;
  retryDelaySeconds: number;
}

/** Reads the settings of a consumer as the API keeps them. */
export function consumerSettings(settings: JsonObject): ConsumerSettings {
  const number = (name: string, otherwise: number): number => {
    const value = settings[name];
    return typeof value === 'number' ? value : otherwise;
  };
  return {
    batchSize: Math.max(1, number('batch_size', 10)),
    maxWaitMs: number('max_wait_time_ms', 5_000),
    maxRetries: number('max_retries', 3),
    retryDelaySeconds: number('retry_delay', 0),
  };
}

/** What becomes of a delivered batch. */
export interface Settled {
  /** To be delivered again, with their new `readyAt`. */
  retried: QueueMessage[];
  /** Out of retries: for the dead letter queue, or lost. */
  dead: QueueMessage[];
}

/**
 * Decides for each message of a batch. Acknowledged one by one counts first, then retried one by one, then the batch; a
 * handler that threw retries all it did not acknowledge.
 */
export function settleBatch(
  batch: readonly QueueMessage[],
  outcome: QueueOutcome,
  settings: ConsumerSettings,
  now: number,
): Settled {
  const settled: Settled = { retried: [], dead: [] };
  for (const message of batch) {
    const delay = retryDelay(message, outcome, settings);
    if (delay === null) continue;
    if (message.attempts > settings.maxRetries) settled.dead.push(message);
    else settled.retried.push({ ...message, readyAt: now + delay * 1_000 });
  }
  return settled;
}

/** Seconds until the message is to be delivered again, or null when it is done. */
function retryDelay(message: QueueMessage, outcome: QueueOutcome, settings: ConsumerSettings): number | null {
  if (outcome.explicitAcks.includes(message.id)) return null;
  const own = outcome.retryMessages.find(({ msgId }) => msgId === message.id);
  if (own !== undefined) return own.delaySeconds ?? settings.retryDelaySeconds;
  if (outcome.outcome === 'ok' && (outcome.ackAll || !outcome.retryBatch.retry)) return null;
  return outcome.retryBatch.delaySeconds ?? settings.retryDelaySeconds;
}
