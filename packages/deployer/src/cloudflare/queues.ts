import { z } from 'zod';
import type { ReadClient, WriteClient } from './client/calls.ts';
import { readAllPages } from './client/paging.ts';
import { path } from './client/path.ts';
import type { JsonObject } from '../json.ts';
import { anyShape, optionalFields } from './shapes.ts';

/** A consumer of a queue. */
export interface LiveConsumer {
  readonly id: string;
  readonly type: string;
  /** Null for a pull consumer. */
  readonly scriptName: string | null;
  readonly deadLetterQueue: string | null;
  readonly settings: JsonObject;
}

/** A queue of the account with its consumers. */
export interface LiveQueue {
  readonly id: string;
  readonly name: string;
  readonly consumers: readonly LiveConsumer[];
}

/** A wanted consumer. */
export interface WantedConsumer {
  readonly type: 'worker' | 'http_pull';
  readonly script_name?: string;
  readonly dead_letter_queue?: string;
  readonly settings: JsonObject;
}

/** Requests say `script_name`, answers `script` or `service`. */
const consumerShape = z
  .looseObject({
    consumer_id: z.string().nullish(),
    id: z.string().nullish(),
    type: z.string().nullish(),
    script: z.string().nullish(),
    service: z.string().nullish(),
    script_name: z.string().nullish(),
    dead_letter_queue: z.string().nullish(),
    settings: optionalFields,
  })
  .transform((consumer) => ({
    id: consumer.consumer_id ?? consumer.id ?? '',
    type: consumer.type ?? 'worker',
    scriptName: consumer.script ?? consumer.service ?? consumer.script_name ?? null,
    deadLetterQueue: consumer.dead_letter_queue ?? null,
    settings: consumer.settings ?? {},
  }));

const queueShape = z
  .looseObject({
    queue_id: z.string(),
    queue_name: z.string(),
    consumers: z.array(consumerShape).nullish(),
  })
  .transform((queue) => ({ id: queue.queue_id, name: queue.queue_name, consumers: queue.consumers ?? [] }));

/** Every queue of the account. */
export function listQueues(reader: ReadClient): Promise<readonly LiveQueue[]> {
  return readAllPages(reader, {
    purpose: 'list the queues of the account',
    path: path`/accounts/${reader.accountId}/queues`,
    item: queueShape,
  });
}

/** Makes a Worker the consumer of a queue. A queue has one consumer; a second one is refused (11004). */
export async function postConsumer(
  writer: WriteClient,
  queue: LiveQueue,
  consumer: WantedConsumer,
): Promise<void> {
  await writer.write({
    purpose: `add a consumer to queue ${queue.name}`,
    method: 'post',
    path: path`/accounts/${writer.accountId}/queues/${queue.id}/consumers`,
    body: consumer,
    repeat: 'never',
    shape: anyShape,
    codes: { 11004: 'CONFLICT', 11000: 'RESOURCE_MISSING' },
  });
}

/** Changes a consumer's settings. */
export async function putConsumer(
  writer: WriteClient,
  options: { readonly queue: LiveQueue; readonly consumerId: string; readonly consumer: WantedConsumer },
): Promise<void> {
  await writer.write({
    purpose: `change the consumer of queue ${options.queue.name}`,
    method: 'put',
    path: path`/accounts/${writer.accountId}/queues/${options.queue.id}/consumers/${options.consumerId}`,
    body: options.consumer,
    repeat: 'safe',
    shape: anyShape,
    codes: { 11000: 'RESOURCE_MISSING' },
  });
}

/** Stops a Worker consuming a queue. */
export async function deleteConsumer(
  writer: WriteClient,
  queue: LiveQueue,
  consumerId: string,
): Promise<void> {
  await writer.write({
    purpose: `remove the consumer of queue ${queue.name}`,
    method: 'delete',
    path: path`/accounts/${writer.accountId}/queues/${queue.id}/consumers/${consumerId}`,
    repeat: 'safe',
    shape: anyShape,
  });
}
