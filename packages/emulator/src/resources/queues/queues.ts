import { assumedCode, documented, observed } from '../../api/behaviour.ts';
import { failure } from '../../api/errors.ts';
import { readObject, refuseUnknown, requiredString } from '../../api/body.ts';
import { endpoint, param } from '../../api/endpoint.ts';
import type { Call, Resource } from '../../api/endpoint.ts';
import { success } from '../../api/envelope.ts';
import { paginate } from '../../api/paging.ts';
import { PERMISSIONS as P } from '../../api/permissions.ts';
import { checkQuota } from '../../rules/account/quotas.ts';
import { keyOf } from '../../store/documents.ts';
import type { QueueConsumerDocument, QueueDocument } from '../../store/model/queues.ts';
import type { Reader } from '../../store/store.ts';
import { isObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';

const BASE = '/accounts/:account_id/queues';

/** Queues. */
export const queueResource: Resource = {
  product: 'Queues',
  endpoints: [
    endpoint(
      `GET ${BASE}`,
      { known: 'observed', permission: P.queuesRead, query: ['page', 'per_page', 'name'] },
      (call) => {
        const names = call.query.getAll('name');
        const found = call.store
          .list('queue', call.account.id)
          .filter(({ name }) => names.length === 0 || names.includes(name));
        const { items, info } = paginate(found, call, 20, 100);
        return success(
          items.map((queue) => queueToWire(queue, call.store)),
          { resultInfo: info },
        );
      },
    ),
    endpoint(`POST ${BASE}`, { known: 'observed', permission: P.queuesWrite }, async (call) => {
      const body = await readObject(call, ['queue_name', 'settings'], 'badBody');
      const name = requiredString(body, 'queue_name', 'badQueueName');
      checkQueueName(name);
      const now = call.clock.now().toISOString();
      const queue: QueueDocument = {
        accountId: call.account.id,
        id: call.ids.hex(),
        name,
        createdOn: now,
        modifiedOn: now,
        settings: readSettings(body['settings']),
        consumers: [],
      };
      call.store.write((tx) => {
        const others = tx.list('queue', call.account.id);
        if (others.some((other) => other.name === name)) {
          throw failure('queueNameTaken', `Queue name '${name}' is already taken.`);
        }
        checkQuota(call.account.plan, 'queues', others.length + 1);
        tx.put('queue', keyOf(call.account.id, queue.id), queue);
      });
      return success(queueToWire(queue, call.store), { status: 201 });
    }),
    endpoint(`GET ${BASE}/:queue_id`, { known: 'documentation', permission: P.queuesRead }, (call) =>
      success(queueToWire(findQueue(call), call.store)),
    ),
    endpoint(`PUT ${BASE}/:queue_id`, { known: 'documentation', permission: P.queuesWrite }, editQueue),
    endpoint(`PATCH ${BASE}/:queue_id`, { known: 'documentation', permission: P.queuesWrite }, editQueue),
    endpoint(`DELETE ${BASE}/:queue_id`, { known: 'documentation', permission: P.queuesWrite }, (call) => {
      const queue = findQueue(call);
      const producers = producersOf(queue, call.store);
      const deadLetterOf = call.store
        .list('queue', call.account.id)
        .some(({ consumers }) => consumers.some(({ deadLetterQueue }) => deadLetterQueue === queue.name));
      if (producers.length > 0 || deadLetterOf)
        throw failure('queueInUse', `Queue '${queue.name}' is still referenced.`);
      call.store.write((tx) => tx.delete('queue', keyOf(call.account.id, queue.id)));
      return success(null);
    }),
  ],
  behaviours: [
    documented('10,000 queues an account.'),
    assumedCode(
      'queue-limit-code',
      'The code of that limit: 10021 with HTTP 403.',
      'queueLimit',
      [403, 10037],
    ),
    observed(
      'One consumer per queue: 11004. A Worker without queue handler: 11001. Taken 11009. Bad name 11003.',
    ),
    observed('A queue that is bound or a dead-letter queue cannot be deleted: 11005.'),
  ],
};

/** The queue of the path. @throws 11000 */
export function findQueue(call: Call, reader: Reader = call.store): QueueDocument {
  const queue = reader.get('queue', keyOf(call.account.id, param(call, 'queue_id')));
  if (queue === undefined) throw failure('queueNotFound');
  return queue;
}

/** A consumer. Reads name the Worker `script`. */
export function consumerToWire(consumer: QueueConsumerDocument, queue: QueueDocument): JsonObject {
  return {
    consumer_id: consumer.id,
    queue_id: queue.id,
    queue_name: queue.name,
    created_on: consumer.createdOn,
    type: consumer.type,
    settings: consumer.settings,
    ...(consumer.scriptName === null
      ? {}
      : { script: consumer.scriptName, script_name: consumer.scriptName }),
    ...(consumer.deadLetterQueue === null ? {} : { dead_letter_queue: consumer.deadLetterQueue }),
  };
}

async function editQueue(call: Call): Promise<Response> {
  const queue = findQueue(call);
  const body = await readObject(call, ['queue_name', 'settings'], 'badBody');
  const name =
    body['queue_name'] === undefined ? queue.name : requiredString(body, 'queue_name', 'badQueueName');
  checkQueueName(name);
  const after: QueueDocument = {
    ...queue,
    name,
    settings:
      body['settings'] === undefined
        ? queue.settings
        : { ...queue.settings, ...readSettings(body['settings']) },
    modifiedOn: call.clock.now().toISOString(),
  };
  call.store.write((tx) => {
    const taken = tx
      .list('queue', call.account.id)
      .some((other) => other.name === name && other.id !== queue.id);
    if (taken) throw failure('queueNameTaken');
    tx.put('queue', keyOf(call.account.id, queue.id), after);
  });
  return success(queueToWire(after, call.store));
}

function queueToWire(queue: QueueDocument, reader: Reader): JsonObject {
  const producers = producersOf(queue, reader);
  return {
    queue_id: queue.id,
    queue_name: queue.name,
    created_on: queue.createdOn,
    modified_on: queue.modifiedOn,
    settings: {
      delivery_delay: 0,
      delivery_paused: false,
      message_retention_period: 345_600,
      ...queue.settings,
    },
    producers: producers.map((script) => ({ type: 'worker', script })),
    producers_total_count: producers.length,
    consumers: queue.consumers.map((consumer) => consumerToWire(consumer, queue)),
    consumers_total_count: queue.consumers.length,
  };
}

function producersOf(queue: QueueDocument, reader: Reader): string[] {
  return reader
    .list('script', queue.accountId)
    .filter((script) =>
      script.versions
        .at(-1)
        ?.bindings.some(({ type, queue_name: name }) => type === 'queue' && name === queue.name),
    )
    .map((script) => script.name);
}

function checkQueueName(name: string): void {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) throw failure('badQueueName');
}

function readSettings(value: Json | undefined): JsonObject {
  if (value === undefined) return {};
  if (!isObject(value)) throw failure('badBody', 'settings must be an object.');
  refuseUnknown(value, ['delivery_delay', 'delivery_paused', 'message_retention_period'], 'settings.');
  return value;
}
