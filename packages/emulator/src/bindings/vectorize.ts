import { failure } from '../api/errors.ts';
import { vectorize } from '../runtime/bindings/stand-in.ts';
import { keyOf } from '../store/documents.ts';
import { textOf } from './binding-kind.ts';
import type { BindingKind } from './binding-kind.ts';
import { required } from './fields.ts';

/** A Vectorize index. */
export const vectorizeBinding: BindingKind = {
  fields: { index_name: required() },
  runtime: vectorize,
  refuse: (binding, { accountId }, reader) => {
    const name = textOf(binding, 'index_name');
    return reader.get('vectorize', keyOf(accountId, name)) === undefined
      ? failure('bindingVectorizeMissing', `Vectorize index '${name}' not found.`)
      : null;
  },
};
