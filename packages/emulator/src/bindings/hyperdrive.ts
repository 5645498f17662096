import { failure } from '../api/errors.ts';
import { hyperdrive } from '../runtime/bindings/plugins.ts';
import { keyOf } from '../store/documents.ts';
import { textOf } from './binding-kind.ts';
import type { BindingKind } from './binding-kind.ts';
import { required } from './fields.ts';

/** A Hyperdrive config. */
export const hyperdriveBinding: BindingKind = {
  fields: { id: required() },
  runtime: hyperdrive,
  refuse: (binding, { accountId }, reader) => {
    const id = textOf(binding, 'id');
    return reader.get('hyperdrive', keyOf(accountId, id)) === undefined
      ? failure('bindingHyperdriveMissing', `Hyperdrive config '${id}' not found.`)
      : null;
  },
};
