import { failure } from '../api/errors.ts';
import { isHexId } from '../rules/account/names.ts';
import { kv } from '../runtime/bindings/kv.ts';
import { keyOf } from '../store/documents.ts';
import type { StoredBinding } from '../store/model/scripts.ts';
import type { Reader } from '../store/store.ts';
import { textOf } from './binding-kind.ts';
import type { BindingKind } from './binding-kind.ts';
import { required } from './fields.ts';

/** A KV namespace. */
export const kvNamespaceBinding: BindingKind = {
  fields: { namespace_id: required() },
  runtime: kv,
  refuse: (binding, { accountId }, reader) => {
    const id = textOf(binding, 'namespace_id');
    if (!isHexId(id)) return failure('bindingKvMalformed', `KV namespace '${id.slice(0, 64)}' is not valid.`);
    return isGone(binding, accountId, reader)
      ? failure('bindingKvMissing', `KV namespace '${id}' not found.`)
      : null;
  },
  isGone,
};

function isGone(binding: StoredBinding, accountId: string, reader: Reader): boolean {
  return reader.get('kv', keyOf(accountId, textOf(binding, 'namespace_id'))) === undefined;
}
