import { failure } from '../api/errors.ts';
import { r2 } from '../runtime/bindings/r2.ts';
import { bucketKey } from '../store/documents.ts';
import type { StoredBinding } from '../store/model/scripts.ts';
import type { Reader } from '../store/store.ts';
import { textOf } from './binding-kind.ts';
import type { BindingKind } from './binding-kind.ts';
import { required, optional } from './fields.ts';

/** An R2 bucket, of a jurisdiction when one is named. */
export const r2BucketBinding: BindingKind = {
  fields: { bucket_name: required(), jurisdiction: optional },
  runtime: r2,
  refuse: (binding, { accountId }, reader) =>
    isGone(binding, accountId, reader)
      ? failure('bindingR2Missing', `R2 bucket '${textOf(binding, 'bucket_name')}' not found.`)
      : null,
  isGone,
};

function isGone(binding: StoredBinding, accountId: string, reader: Reader): boolean {
  const { bucket_name: name, jurisdiction } = binding;
  return reader.get('r2', bucketKey(accountId, String(name), jurisdiction)) === undefined;
}
