import type { QueuesSection } from '../../bindings/queue.ts';
import type { Finding } from '../../findings/finding.ts';
import { at, type Rule } from './rule.ts';

/** A queue has one consumer, and does not fall into itself. Source: API error 11004. */
export const queues: Rule = {
  name: 'queue-consumers',
  check: (facts) => {
    const consumers = (facts.config.values['queues'] as QueuesSection | undefined)?.consumers ?? [];
    const seen = new Set<string>();
    return consumers.flatMap((consumer, index): readonly Finding[] => {
      const path = ['queues', 'consumers', index];
      const again = seen.has(consumer.queue);
      seen.add(consumer.queue);
      if (again) {
        return [
          at(facts, [...path, 'queue'], {
            severity: 'error',
            code: 'duplicate-consumer',
            message: `The queue ${consumer.queue} has two consumers in this file; a queue has exactly one.`,
            hint: 'Remove one of them.',
          }),
        ];
      }
      if (consumer.dead_letter_queue !== consumer.queue) return [];
      return [
        at(facts, [...path, 'dead_letter_queue'], {
          severity: 'error',
          code: 'dead-letter-loop',
          message: `The queue ${consumer.queue} is its own dead letter queue: failed messages would go round for ever.`,
          hint: 'Name another queue.',
        }),
      ];
    });
  },
};
