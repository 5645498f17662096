import { failure } from '../../api/errors.ts';
import { optionalString, readObject, refuseUnknown, requiredString } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { keyOf, scriptKey } from '../../store/documents.ts';
import type { QueueConsumerDocument, QueueDocument } from '../../store/model/queues.ts';
import type { Reader } from '../../store/store.ts';
import { liveVersion } from '../../wire/scripts.ts';
import { paginate } from '../../api/paging.ts';
import { findScript } from '../scripts/find.ts';
import { consumerToWire, findQueue } from './queues.ts';
import { isObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';

const BASE = '/accounts/:account_id/queues/:queue_id/consumers';
const WORKER_SETTINGS = ['batch_size', 'max_retries', 'max_wait_time_ms', 'max_concurrency', 'retry_delay'];
const PULL_SETTINGS = ['batch_size', 'max_retries', 'visibility_timeout_ms', 'retry_delay'];

/** Consumers of queues: one per queue, a Worker or by pull. */
export const queueConsumerResource: Resource = {
  product: 'Queues',
  endpoints: [
    endpoint(`GET ${BASE}`, { known: 'documentation', permission: P.queuesRead }, (call) => {
      const queue = findQueue(call);
      return success(queue.consumers.map((consumer) => consumerToWire(consumer, queue)));
    }),
    endpoint(`POST ${BASE}`, { known: 'observed', permission: P.queuesWrite }, async (call) => {
      findQueue(call);
      const consumer = await readConsumer(call, call.ids.hex(), call.clock.now().toISOString());
      return success(
        change(
          call,
          (queue) => {
            if (queue.consumers.length > 0)
              throw failure('queueHasConsumer', `Queue '${queue.name}' already has a consumer.`);
            return [consumer];
          },
          consumer,
        ),
      );
    }),
    endpoint(`GET ${BASE}/:consumer_id`, { known: 'documentation', permission: P.queuesRead }, (call) => {
      const queue = findQueue(call);
      return success(consumerToWire(findConsumer(call, queue), queue));
    }),
    endpoint(`PUT ${BASE}/:consumer_id`, { known: 'observed', permission: P.queuesWrite }, async (call) => {
      const known = findConsumer(call, findQueue(call));
      const consumer = await readConsumer(call, known.id, known.createdOn);
      return success(
        change(
          call,
          (queue) => queue.consumers.map((other) => (other.id === consumer.id ? consumer : other)),
          consumer,
        ),
      );
    }),
    endpoint(`DELETE ${BASE}/:consumer_id`, { known: 'observed', permission: P.queuesWrite }, (call) => {
      const known = findConsumer(call, findQueue(call));
      change(call, (queue) => queue.consumers.filter(({ id }) => id !== known.id), known);
      return success(null);
    }),
    endpoint(
      'GET /accounts/:account_id/workers/scripts/:script_name/queue-consumers',
      { known: 'client source', permission: P.scriptsRead, query: ['page', 'per_page', 'perPage'] },
      (call) => {
        const { name } = findScript(call);
        const found = call.store
          .list('queue', call.account.id)
          .flatMap((queue) =>
            queue.consumers
              .filter(({ scriptName }) => scriptName === name)
              .map((consumer) => consumerToWire(consumer, queue)),
          );
        // The one client that was seen asking here counts pages in camel case.
        const query = new URLSearchParams(call.query);
        if (query.has('perPage')) query.set('per_page', query.get('perPage') ?? '');
        const { items, info } = paginate(found, { query, assumptions: call.assumptions }, 20, 100);
        return success(items, { resultInfo: info });
      },
    ),
  ],
  behaviours: [],
};

function change(
  call: Call,
  edit: (queue: QueueDocument) => QueueConsumerDocument[],
  consumer: QueueConsumerDocument,
): JsonObject {
  return call.store.write((tx) => {
    const queue = findQueue(call, tx);
    checkReferences(call, tx, consumer);
    const after = { ...queue, consumers: edit(queue), modifiedOn: call.clock.now().toISOString() };
    tx.put('queue', keyOf(call.account.id, queue.id), after);
    return consumerToWire(consumer, after);
  });
}

/** @throws 10007 no such Worker, 11001 it has no queue handler, 11000 no such dead-letter queue. */
function checkReferences(call: Call, reader: Reader, consumer: QueueConsumerDocument): void {
  if (consumer.scriptName !== null) {
    const script = reader.get('script', scriptKey(call.account.id, consumer.scriptName));
    if (script === undefined) throw failure('workerNotFound');
    if (liveVersion(script)?.shape.handlers.includes('queue') !== true) throw failure('noQueueHandler');
  }
  const deadLetter = consumer.deadLetterQueue;
  if (deadLetter !== null && !reader.list('queue', call.account.id).some(({ name }) => name === deadLetter)) {
    throw failure('bindingQueueMissing', `The dead-letter queue '${deadLetter}' does not exist.`);
  }
}

async function readConsumer(call: Call, id: string, createdOn: string): Promise<QueueConsumerDocument> {
  const body = await readObject(call, [
    'type',
    'script_name',
    'environment',
    'environment_name',
    'dead_letter_queue',
    'settings',
    'queue_name',
    'consumer_id',
  ]);
  const type = body['type'] ?? 'worker';
  if (type !== 'worker' && type !== 'http_pull')
    throw failure('badBody', 'type must be "worker" or "http_pull".');
  const settings: JsonObject = isObject(body['settings']) ? body['settings'] : {};
  refuseUnknown(settings, type === 'worker' ? WORKER_SETTINGS : PULL_SETTINGS, 'settings.');
  for (const [name, value] of Object.entries(settings)) {
    if (value !== null && (typeof value !== 'number' || value < 0))
      throw failure('badBody', `settings.${name} must be a number.`);
  }
  const scriptName = type === 'worker' ? requiredString(body, 'script_name', 'badBody') : null;
  const deadLetter =
    body['dead_letter_queue'] === null ? undefined : optionalString(body, 'dead_letter_queue', 'badBody');
  return {
    id,
    type,
    scriptName,
    deadLetterQueue: deadLetter === undefined || deadLetter === '' ? null : deadLetter,
    settings,
    createdOn,
  };
}

function findConsumer(call: Call, queue: QueueDocument): QueueConsumerDocument {
  const consumer = queue.consumers.find(({ id }) => id === param(call, 'consumer_id'));
  if (consumer === undefined) throw failure('queueNotFound', 'Consumer not found.');
  return consumer;
}
