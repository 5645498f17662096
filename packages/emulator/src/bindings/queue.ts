import { failure } from '../api/errors.ts';
import { queue } from '../runtime/bindings/queue.ts';
import type { StoredBinding } from '../store/model/scripts.ts';
import type { Reader } from '../store/store.ts';
import { textOf } from './binding-kind.ts';
import type { BindingKind } from './binding-kind.ts';
import { required, optional, uploadOnly } from './fields.ts';

/** A queue to send to. */
export const queueBinding: BindingKind = {
  fields: { queue_name: required(), delivery_delay: uploadOnly(optional) },
  runtime: queue,
  refuse: (binding, { accountId }, reader) =>
    isGone(binding, accountId, reader)
      ? failure('bindingQueueMissing', `Queue '${textOf(binding, 'queue_name')}' not found.`)
      : null,
  isGone,
};

function isGone(binding: StoredBinding, accountId: string, reader: Reader): boolean {
  return !reader.list('queue', accountId).some(({ name }) => name === binding['queue_name']);
}
