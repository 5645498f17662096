import type { LiveConsumer, LiveQueue, WantedConsumer } from '../../cloudflare/queues.ts';
import type { QueueConsumer, ResolvedWorker } from '../../resolve/resolved-worker.ts';
import { presentFields, toFields } from '../canonical.ts';
import { compareEntries, type Entries } from '../compare.ts';
import { problem, type PreflightOptions, type Problem } from '../problem.ts';
import { defineSection, known, unasked, type StepInputs } from '../section.ts';
import type { ConsumerEdit, SectionStep } from '../step.ts';
import { compact, type Json, type JsonObject } from '../../json.ts';
import { IN_A_NAMESPACE } from './workers-dev.ts';

/** What the API does where a setting is left out. Source: queues documentation, consumer settings. */
const DEFAULTS: Readonly<Record<string, Json>> = {
  batch_size: 10,
  max_retries: 3,
  max_wait_time_ms: 5_000,
  max_concurrency: null,
  retry_delay: 0,
  visibility_timeout_ms: 30_000,
};

/** Queues this Worker consumes, with type, settings and dead-letter queue. */
export const queueConsumers = defineSection<Entries>({
  carrier: 'queue-consumers',
  declared: ({ triggers }) => triggers.queueConsumers !== undefined,
  desired: ({ worker }) =>
    Object.fromEntries(
      (worker.triggers.queueConsumers ?? []).map((consumer) => [consumer.queue, wantedFields(consumer)]),
    ),
  absent: {},
  async read(live) {
    if (live.worker.dispatchNamespace !== null) return unasked(IN_A_NAMESPACE);
    return known(
      Object.fromEntries(
        (await live.queues()).flatMap((queue) =>
          queue.consumers
            .filter((consumer) => isOwnConsumer(queue, consumer, live.worker))
            .map((consumer) => [queue.name, liveFields(consumer)]),
        ),
      ),
    );
  },
  compare: (desired, actual) => compareEntries(desired, withoutUnwritten(desired, actual)),
  owns: ({ triggers }) => triggers.queueConsumers !== undefined,
  steps: consumerSteps,
  preflight: checkQueues,
});

function wantedFields({ type, settings, deadLetterQueue }: QueueConsumer): JsonObject {
  return toFields({ type, ...settings, dead_letter_queue: deadLetterQueue });
}

function liveFields({ type, settings, deadLetterQueue }: LiveConsumer): JsonObject {
  return { type, ...presentFields({ ...settings, dead_letter_queue: deadLetterQueue }) };
}

/** A setting that is not written and stands at its default is no difference; one that was taken away is. */
function withoutUnwritten(desired: Entries, actual: Entries): Entries {
  return Object.fromEntries(
    Object.entries(actual).map(([queue, fields]) => {
      const written = Object.hasOwn(desired, queue) ? desired[queue] : undefined;
      if (written === undefined) return [queue, fields];
      const counted = Object.entries(fields).filter(
        ([field, value]) => Object.hasOwn(written, field) || DEFAULTS[field] !== value,
      );
      return [queue, Object.fromEntries(counted)];
    }),
  );
}

/** The consumer of a queue that is this Worker's. A pull consumer names no Worker: it is ours when we declare it. */
function isOwnConsumer(queue: LiveQueue, consumer: LiveConsumer, worker: ResolvedWorker): boolean {
  if (consumer.type !== 'http_pull') return consumer.scriptName === worker.scriptName;
  return (worker.triggers.queueConsumers ?? []).some(
    (wanted) => wanted.type === 'http_pull' && wanted.queue === queue.name,
  );
}

function consumerSteps({ worker, live, changes, ignored }: StepInputs): readonly SectionStep[] {
  const wanted = worker.triggers.queueConsumers ?? [];
  const changed = new Set(changes.map(({ key }) => key));
  const edits = live.triggers.queues.flatMap((queue): readonly ConsumerEdit[] => {
    if (!changed.has(queue.name) || ignored.has(queue.name)) return [];
    const declared = wanted.find((consumer) => consumer.queue === queue.name);
    const found = queue.consumers.find((consumer) => isOwnConsumer(queue, consumer, worker));
    if (declared === undefined && found === undefined) return [];
    return [
      {
        queue,
        consumerId: found?.id ?? null,
        before: found === undefined ? null : asWanted(found),
        after: declared === undefined ? null : toWanted(declared, worker.scriptName),
      },
    ];
  });
  return edits.length === 0 ? [] : [{ kind: 'queue-consumers', edits }];
}

/** A live consumer in the form the API takes. */
export function asWanted(consumer: LiveConsumer): WantedConsumer {
  return {
    type: consumer.type === 'http_pull' ? 'http_pull' : 'worker',
    ...(consumer.scriptName === null ? {} : { script_name: consumer.scriptName }),
    ...(consumer.deadLetterQueue === null ? {} : { dead_letter_queue: consumer.deadLetterQueue }),
    settings: consumer.settings,
  };
}

function toWanted(consumer: QueueConsumer, scriptName: string): WantedConsumer {
  return {
    type: consumer.type,
    ...(consumer.type === 'worker' ? { script_name: scriptName } : {}),
    ...compact({ dead_letter_queue: consumer.deadLetterQueue }),
    settings: consumer.settings,
  };
}

function checkQueues({ worker, live }: PreflightOptions): readonly Problem[] {
  return (worker.triggers.queueConsumers ?? []).flatMap((consumer): readonly Problem[] => {
    const queue = live.triggers.queues.find(({ name }) => name === consumer.queue);
    if (queue === undefined) return [noQueue(consumer.queue)];
    const other = queue.consumers.find(
      ({ scriptName }) => scriptName !== null && scriptName !== worker.scriptName,
    );
    if (other !== undefined) return [consumerTaken(queue.name, `Worker ${other.scriptName ?? ''}`)];
    const pulled = consumer.type === 'worker' && queue.consumers.some(({ type }) => type === 'http_pull');
    return pulled ? [consumerTaken(queue.name, 'a pull consumer, which names no Worker')] : [];
  });
}

function noQueue(name: string): Problem {
  return problem('RESOURCE_MISSING', {
    rule: 'queue-missing',
    path: `queues.consumers[${name}]`,
    message: `Queue ${name} does not exist in the account.`,
    hint: 'Create the queue, or correct its name.',
  });
}

function consumerTaken(name: string, by: string): Problem {
  return problem('CONFLICT', {
    rule: 'consumer-taken',
    path: `queues.consumers[${name}]`,
    message: `Queue ${name} is consumed by ${by}; a queue has one consumer.`,
    hint: 'Remove that consumer first.',
  });
}
