import type { ReadClient, WriteClient } from '../../cloudflare/client/calls.ts';
import { deleteConsumer, listQueues, postConsumer, putConsumer } from '../../cloudflare/queues.ts';
import type { ConsumerEdit, StepModule } from '../../plan/step.ts';

/** Adds, changes and removes consumers of queues. */
export const queueConsumersStep: StepModule<'queue-consumers'> = {
  describe: ({ edits }) =>
    edits
      .map(({ queue, before, after }) => `${verb(before, after)} the consumer of queue ${queue.name}`)
      .join(', '),
  calls: ({ edits }) => edits.length,
  async apply(step, { writer }, soFar) {
    for (const edit of step.edits) await applyEdit(writer, edit);
    return soFar;
  },
  async revert(step, { reader, writer }) {
    for (const edit of step.edits.toReversed()) await revertEdit(reader, writer, edit);
    return null;
  },
};

async function applyEdit(
  writer: WriteClient,
  { queue, consumerId, before, after }: ConsumerEdit,
): Promise<void> {
  if (after === null) {
    if (consumerId !== null) await deleteConsumer(writer, queue, consumerId);
  } else if (before === null || consumerId === null) {
    await postConsumer(writer, queue, after);
  } else {
    await putConsumer(writer, { queue, consumerId, consumer: after });
  }
}

/** Looks first: an edit of a step that failed half-way may not have happened. */
async function revertEdit(reader: ReadClient, writer: WriteClient, edit: ConsumerEdit): Promise<void> {
  const queue = (await listQueues(reader)).find(({ id }) => id === edit.queue.id);
  if (queue === undefined) return;
  const wanted = edit.before ?? edit.after;
  const consumer = queue.consumers.find(
    ({ type, scriptName }) => type === wanted?.type && (scriptName ?? undefined) === wanted.script_name,
  );
  if (edit.before === null) {
    if (consumer !== undefined) await deleteConsumer(writer, queue, consumer.id);
  } else if (consumer === undefined) {
    await postConsumer(writer, queue, edit.before);
  } else {
    await putConsumer(writer, { queue, consumerId: consumer.id, consumer: edit.before });
  }
}

function verb(before: unknown, after: unknown): string {
  if (before === null) return 'add';
  return after === null ? 'remove' : 'change';
}
