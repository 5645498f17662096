import type { ReadClient, WriteClient } from '../../cloudflare/client/calls.ts';
import { hasApiCode, mayHaveHappened } from '../../cloudflare/client/api-error.ts';
import {
  deleteConsumer,
  listQueues,
  postConsumer,
  putConsumer,
  type LiveConsumer,
  type WantedConsumer,
} from '../../cloudflare/queues.ts';
import type { ConsumerEdit, SectionStepModule } from '../step.ts';

/** "Queue already has a consumer". */
const HAS_A_CONSUMER = 11004;

/** Adds, changes and removes consumers of queues. */
export const queueConsumersStep: SectionStepModule<'queue-consumers'> = {
  describe: ({ edits }) =>
    edits
      .map(({ queue, before, after }) => `${verb(before, after)} the consumer of queue ${queue.name}`)
      .join(', '),
  calls: ({ edits }) => edits.length,
  async apply(step, { reader, writer }) {
    for (const edit of step.edits) await applyEdit(reader, writer, edit);
  },
  async revert(step, { reader, writer }) {
    for (const edit of step.edits.toReversed()) await revertEdit(reader, writer, edit);
    return null;
  },
};

async function applyEdit(reader: ReadClient, writer: WriteClient, edit: ConsumerEdit): Promise<void> {
  const { queue, consumerId, before, after } = edit;
  if (after === null) {
    if (consumerId !== null) await deleteConsumer(writer, queue, consumerId);
  } else if (before === null || consumerId === null) {
    await addConsumer(reader, writer, edit);
  } else {
    await putConsumer(writer, { queue, consumerId, consumer: after });
  }
}

/**
 * Adding is not repeatable. "The queue has a consumer already" may be what a repeated request of our own is told, and a
 * lost answer may have been "added": what is there decides.
 */
async function addConsumer(
  reader: ReadClient,
  writer: WriteClient,
  { queue, after }: ConsumerEdit,
): Promise<void> {
  if (after === null) return;
  try {
    await postConsumer(writer, queue, after);
  } catch (error) {
    if (!hasApiCode(error, HAS_A_CONSUMER) && !mayHaveHappened(error)) throw error;
    const there = await consumerOf(reader, queue.id, after);
    if (there === undefined) throw error;
    await putConsumer(writer, { queue, consumerId: there.id, consumer: after });
  }
}

async function consumerOf(
  reader: ReadClient,
  queueId: string,
  wanted: WantedConsumer | null,
): Promise<LiveConsumer | undefined> {
  const queue = (await listQueues(reader)).find(({ id }) => id === queueId);
  return queue?.consumers.find(
    ({ type, scriptName }) => type === wanted?.type && (scriptName ?? undefined) === wanted.script_name,
  );
}

/** Looks first: an edit of a step that failed half-way may not have happened. */
async function revertEdit(reader: ReadClient, writer: WriteClient, edit: ConsumerEdit): Promise<void> {
  const { queue, before, after } = edit;
  const consumer = await consumerOf(reader, queue.id, before ?? after);
  if (before === null) {
    if (consumer !== undefined) await deleteConsumer(writer, queue, consumer.id);
  } else if (consumer === undefined) {
    await postConsumer(writer, queue, before);
  } else {
    await putConsumer(writer, { queue, consumerId: consumer.id, consumer: before });
  }
}

function verb(before: WantedConsumer | null, after: WantedConsumer | null): string {
  if (before === null) return 'add';
  return after === null ? 'remove' : 'change';
}
