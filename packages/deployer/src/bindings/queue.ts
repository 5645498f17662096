import { z } from 'zod';
import { bindingName, integer, list, queueName, remote } from '../shapes/primitives.ts';
import { compact } from '../json.ts';
import { defineBinding, keep } from './define-binding.ts';

const producer = z.strictObject({
  binding: bindingName,
  queue: queueName.describe('Name of the queue.').optional(),
  delivery_delay: integer(0, 86_400).describe('Seconds. Deprecated: a setting of the queue.').optional(),
  remote,
});

// Ranges: Queues configuration and limits in Cloudflare's documentation.
const consumer = z.strictObject({
  queue: queueName.describe('Name of the queue.'),
  type: z.enum(['worker', 'http_pull']).optional(),
  max_batch_size: integer(1, 100).optional(),
  max_batch_timeout: integer(0, 60).describe('Seconds.').optional(),
  max_retries: integer(0, 100).optional(),
  dead_letter_queue: queueName.optional(),
  max_concurrency: integer(1, 250).optional(),
  visibility_timeout_ms: integer(0, 43_200_000).describe('Pull consumers only.').optional(),
  retry_delay: integer(0, 86_400).describe('Seconds.').optional(),
});

const schema = z.strictObject({
  producers: list(producer).optional(),
  consumers: list(consumer).optional(),
});

/** The section as the file has it. Consumers are triggers, not bindings. */
export type QueuesSection = z.output<typeof schema>;

/** Queue producers. Without a queue name the queue bound now under that name stays (`inherit`). */
export const queue = defineBinding({
  label: 'Queue',
  types: ['queue'],
  section: 'queues',
  schema,
  order: 80,
  fromConfig: (section) =>
    (section.producers ?? []).map((item) =>
      item.queue === undefined
        ? { type: 'inherit', name: item.binding }
        : compact({
            type: 'queue',
            name: item.binding,
            queue_name: item.queue,
            delivery_delay: item.delivery_delay,
          }),
    ),
  check: (section) =>
    (section.producers ?? []).flatMap((item, index) =>
      item.delivery_delay === undefined
        ? []
        : [
            {
              severity: 'warning',
              code: 'deprecated-field',
              path: `.producers[${index}].delivery_delay`,
              message: 'is deprecated and has no effect: the delay is a setting of the queue.',
              hint: 'Set it with `wrangler queues update` and remove it here.',
            },
          ],
    ),
  // delivery_delay is never returned, so it cannot be compared.
  normalise: (binding) => keep(binding, ['queue_name']),
  target: (binding) => ({ kind: 'queue', id: String(binding['queue_name']) }),
  describe: (binding) => `Queue ${String(binding['queue_name'])}`,
});
