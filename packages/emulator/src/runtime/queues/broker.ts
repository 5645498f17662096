import { randomUUID } from 'node:crypto';
import type { QueueDocument } from '../../store/model.ts';
import type { QueueFile } from './queue-file.ts';
import { consumerSettings, settleBatch } from './queue-message.ts';
import type { QueueMessage, QueueOutcome } from './queue-message.ts';

/** A message to send. */
export interface NewMessage {
  body: unknown;
  contentType?: QueueMessage['contentType'];
  delaySeconds?: number;
}

/** The queues of one account: keeps messages until a consumer Worker took them. */
export interface Broker {
  /** @throws Error when the account has no such queue. */
  send(queueName: string, messages: readonly NewMessage[], delaySeconds?: number): Promise<void>;
  /** Goes on with messages an earlier process left. */
  resume(): Promise<void>;
  /** Consumers or their settings may have changed. */
  changed(): void;
  /** Ends after the deliveries under way. */
  close(): Promise<void>;
}

export interface BrokerOptions {
  file: QueueFile;
  queue(name: string): QueueDocument | undefined;
  /** Runs the `queue` handler of a consumer. */
  deliver(scriptName: string, queueName: string, batch: readonly QueueMessage[]): Promise<QueueOutcome>;
}

/** A {@link Broker} that reads its file when it is first used. */
export function createBroker(options: BrokerOptions): Broker {
  const timers = new Map<string, NodeJS.Timeout>();
  const delivering = new Map<string, Promise<void>>();
  let loading: Promise<Map<string, QueueMessage[]>> | null = null;
  let queues = new Map<string, QueueMessage[]>();
  let closed = false;

  const load = async (): Promise<void> => {
    loading ??= options.file.read();
    queues = await loading;
  };
  const save = (): Promise<void> => options.file.write(() => queues);
  const push = (name: string, messages: readonly QueueMessage[]): void => {
    queues.set(name, [...(queues.get(name) ?? []), ...messages]);
  };

  /** Delivers a batch when one is due, else looks again when one will be. */
  const look = (name: string): void => {
    clearTimeout(timers.get(name));
    const consumer = consumerOf(options.queue(name));
    if (closed || consumer === null || delivering.has(name)) return;
    const { batchSize, maxWaitMs } = consumer.settings;
    const messages = queues.get(name) ?? [];
    const ready = messages.filter(({ readyAt }) => readyAt <= Date.now());
    const due = ready.length >= batchSize ? 0 : (earliest(ready) ?? Infinity) + maxWaitMs;
    const next = Math.min(due, earliest(messages.filter((message) => !ready.includes(message))) ?? Infinity);
    if (due <= Date.now()) {
      const delivery = deliver(name, consumer, ready.slice(0, batchSize)).finally(() => {
        delivering.delete(name);
        look(name);
      });
      delivering.set(name, delivery);
      delivery.catch(() => undefined);
    } else if (next !== Infinity) {
      const timer = setTimeout(() => look(name), Math.max(0, next - Date.now()));
      timer.unref();
      timers.set(name, timer);
    }
  };

  const deliver = async (name: string, consumer: Consumer, taken: readonly QueueMessage[]): Promise<void> => {
    const batch = taken.map((message) => ({ ...message, attempts: message.attempts + 1 }));
    const outcome = await options.deliver(consumer.scriptName, name, batch).catch(() => FAILED);
    const { retried, dead } = settleBatch(batch, outcome, consumer.settings, Date.now());
    const ids = new Set(taken.map(({ id }) => id));
    queues.set(name, [...(queues.get(name) ?? []).filter(({ id }) => !ids.has(id)), ...retried]);
    if (consumer.deadLetterQueue !== null && dead.length > 0) {
      push(
        consumer.deadLetterQueue,
        dead.map((message) => ({ ...message, attempts: 0, readyAt: Date.now() })),
      );
    }
    await save();
    if (consumer.deadLetterQueue !== null) look(consumer.deadLetterQueue);
  };

  return {
    send: async (name, messages, delaySeconds) => {
      const queue = options.queue(name);
      if (queue === undefined) throw new Error(`There is no queue "${name}".`);
      await load();
      const delay = delaySeconds || Number(queue.settings['delivery_delay'] ?? 0);
      push(
        name,
        messages.map((message) => newMessage(message, delay)),
      );
      await save();
      look(name);
    },
    resume: async () => {
      await load();
      for (const name of queues.keys()) look(name);
    },
    changed: () => {
      for (const name of queues.keys()) look(name);
    },
    close: async () => {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.allSettled(delivering.values());
    },
  };
}

interface Consumer {
  scriptName: string;
  deadLetterQueue: string | null;
  settings: ReturnType<typeof consumerSettings>;
}

const FAILED: QueueOutcome = {
  outcome: 'exception',
  ackAll: false,
  retryBatch: { retry: false },
  explicitAcks: [],
  retryMessages: [],
};

function consumerOf(queue: QueueDocument | undefined): Consumer | null {
  if (queue === undefined || queue.settings['delivery_paused'] === true) return null;
  const consumer = queue.consumers.find(({ type }) => type === 'worker');
  if (consumer === undefined || consumer.scriptName === null) return null;
  const { scriptName, deadLetterQueue, settings } = consumer;
  return { scriptName, deadLetterQueue, settings: consumerSettings(settings) };
}

function newMessage({ body, contentType = 'json', delaySeconds }: NewMessage, delay: number): QueueMessage {
  const timestamp = Date.now();
  const readyAt = timestamp + (delaySeconds ?? delay) * 1_000;
  return { id: randomUUID().replaceAll('-', ''), timestamp, attempts: 0, readyAt, contentType, body };
}

function earliest(messages: readonly QueueMessage[]): number | undefined {
  return messages.length === 0 ? undefined : Math.min(...messages.map(({ readyAt }) => readyAt));
}
