import type { QueueDocument } from '../../store/model/queues.ts';
import { consumerSettings } from './queue-message.ts';

/** The Worker that takes the messages of a queue. */
export interface Consumer {
  scriptName: string;
  deadLetterQueue: string | null;
  settings: ReturnType<typeof consumerSettings>;
}

/** The consumer of a queue that delivers now, or null. */
export function consumerOf(queue: QueueDocument | undefined): Consumer | null {
  if (queue === undefined || queue.settings['delivery_paused'] === true) return null;
  const consumer = queue.consumers.find(({ type }) => type === 'worker');
  if (consumer === undefined || consumer.scriptName === null) return null;
  const { scriptName, deadLetterQueue, settings } = consumer;
  return { scriptName, deadLetterQueue, settings: consumerSettings(settings) };
}
