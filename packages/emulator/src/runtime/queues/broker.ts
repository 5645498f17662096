import { randomUUID } from 'node:crypto';
import type { Json } from '../../json.ts';
import type { Clock } from '../../clock.ts';
import type { QueueDocument } from '../../store/model/queues.ts';
import { consumerOf } from './consumer.ts';
import type { Consumer } from './consumer.ts';
import type { QueueFile } from './queue-file.ts';
import { settleBatch } from './queue-message.ts';
import type { QueueMessage, QueueOutcome } from './queue-message.ts';

/** A message to send. */
export interface NewMessage {
  body: Json;
  contentType?: QueueMessage['contentType'];
  delaySeconds?: number;
}

/** The queues of one account: keeps messages until a consumer Worker took them. */
export interface Broker {
  /** @throws Error when the account has no such queue. */
  send(queueName: string, messages: readonly NewMessage[], delaySeconds?: number): Promise<void>;
  /** Goes on with messages an earlier process left. */
  resume(): Promise<void>;
  /** Consumers or their settings may have changed, or the clock was moved. */
  changed(): void;
  /** Ends after the deliveries under way. */
  close(): Promise<void>;
}

/** What a broker works with. */
export interface BrokerOptions {
  /** Decides when a message is due. */
  clock: Clock;
  file: QueueFile;
  queue(name: string): QueueDocument | undefined;
  /** Runs the `queue` handler of a consumer. */
  deliver(scriptName: string, queueName: string, batch: readonly QueueMessage[]): Promise<QueueOutcome>;
}

/** The queues as plain data; the functions of this file are what may happen to them. */
interface Desk {
  readonly options: BrokerOptions;
  /** When to look at a queue again. */
  readonly timers: Map<string, NodeJS.Timeout>;
  readonly delivering: Map<string, Promise<void>>;
  loading: Promise<Map<string, QueueMessage[]>> | null;
  queues: Map<string, QueueMessage[]>;
  closed: boolean;
}

/** A {@link Broker} that reads its file when it is first used. */
export function createBroker(options: BrokerOptions): Broker {
  const desk: Desk = {
    options,
    timers: new Map(),
    delivering: new Map(),
    loading: null,
    queues: new Map(),
    closed: false,
  };
  return {
    send: (name, messages, delaySeconds) => send(desk, name, messages, delaySeconds),
    resume: async () => {
      await load(desk);
      lookAtAll(desk);
    },
    changed: () => lookAtAll(desk),
    close: async () => {
      desk.closed = true;
      for (const timer of desk.timers.values()) clearTimeout(timer);
      await Promise.allSettled(desk.delivering.values());
    },
  };
}

async function send(
  desk: Desk,
  name: string,
  messages: readonly NewMessage[],
  delaySeconds: number | undefined,
): Promise<void> {
  const queue = desk.options.queue(name);
  if (queue === undefined) throw new Error(`There is no queue "${name}".`);
  await load(desk);
  const delay = delaySeconds || Number(queue.settings['delivery_delay'] ?? 0);
  push(
    desk,
    name,
    messages.map((message) => newMessage(message, delay, now(desk))),
  );
  await save(desk);
  look(desk, name);
}

async function load(desk: Desk): Promise<void> {
  desk.loading ??= desk.options.file.read();
  desk.queues = await desk.loading;
}

function save({ options, queues }: Desk): Promise<void> {
  return options.file.write(() => queues);
}

function push({ queues }: Desk, name: string, messages: readonly QueueMessage[]): void {
  queues.set(name, [...(queues.get(name) ?? []), ...messages]);
}

function lookAtAll(desk: Desk): void {
  for (const name of desk.queues.keys()) look(desk, name);
}

/** Delivers a batch when one is due, else looks again when one will be. */
function look(desk: Desk, name: string): void {
  clearTimeout(desk.timers.get(name));
  const consumer = consumerOf(desk.options.queue(name));
  if (desk.closed || consumer === null || desk.delivering.has(name)) return;
  const { batchSize, maxWaitMs } = consumer.settings;
  const messages = desk.queues.get(name) ?? [];
  const time = now(desk);
  const ready = messages.filter(({ readyAt }) => readyAt <= time);
  const due = ready.length >= batchSize ? 0 : (earliest(ready) ?? Infinity) + maxWaitMs;
  const next = Math.min(due, earliest(messages.filter((message) => !ready.includes(message))) ?? Infinity);
  if (due <= time) begin(desk, name, consumer, ready.slice(0, batchSize));
  else if (next !== Infinity) {
    const timer = setTimeout(() => look(desk, name), Math.max(0, next - time));
    timer.unref();
    desk.timers.set(name, timer);
  }
}

function begin(desk: Desk, name: string, consumer: Consumer, batch: readonly QueueMessage[]): void {
  const delivery = deliver(desk, name, consumer, batch).finally(() => {
    desk.delivering.delete(name);
    look(desk, name);
  });
  desk.delivering.set(name, delivery);
  delivery.catch(() => undefined);
}

async function deliver(
  desk: Desk,
  name: string,
  consumer: Consumer,
  taken: readonly QueueMessage[],
): Promise<void> {
  const batch = taken.map((message) => ({ ...message, attempts: message.attempts + 1 }));
  const outcome = await desk.options.deliver(consumer.scriptName, name, batch).catch(() => FAILED);
  const { retried, dead } = settleBatch(batch, outcome, consumer.settings, now(desk));
  const ids = new Set(taken.map(({ id }) => id));
  const { queues } = desk;
  queues.set(name, [...(queues.get(name) ?? []).filter(({ id }) => !ids.has(id)), ...retried]);
  const { deadLetterQueue } = consumer;
  if (deadLetterQueue !== null && dead.length > 0) {
    push(
      desk,
      deadLetterQueue,
      dead.map((message) => ({ ...message, attempts: 0, readyAt: now(desk) })),
    );
  }
  await save(desk);
  if (deadLetterQueue !== null) look(desk, deadLetterQueue);
}

const FAILED: QueueOutcome = {
  outcome: 'exception',
  ackAll: false,
  retryBatch: { retry: false },
  explicitAcks: [],
  retryMessages: [],
};

/** Milliseconds since 1970. */
function now({ options }: Desk): number {
  return options.clock.now().getTime();
}

function newMessage(
  { body, contentType = 'json', delaySeconds }: NewMessage,
  delay: number,
  timestamp: number,
): QueueMessage {
  const readyAt = timestamp + (delaySeconds ?? delay) * 1_000;
  return { id: randomUUID().replaceAll('-', ''), timestamp, attempts: 0, readyAt, contentType, body };
}

function earliest(messages: readonly QueueMessage[]): number | undefined {
  return messages.length === 0 ? undefined : Math.min(...messages.map(({ readyAt }) => readyAt));
}
