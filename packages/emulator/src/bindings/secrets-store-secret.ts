import { failure } from '../api/errors.ts';
import { secretsStore } from '../runtime/bindings/secrets-store.ts';
import { keyOf } from '../store/documents.ts';
import { textOf } from './binding-kind.ts';
import type { BindingKind } from './binding-kind.ts';
import { required } from './fields.ts';

/** A secret of a Secrets Store. */
export const secretsStoreSecretBinding: BindingKind = {
  fields: { store_id: required(), secret_name: required() },
  runtime: secretsStore,
  refuse: (binding, { accountId }, reader) => {
    const store = reader.get('secretsStore', keyOf(accountId, textOf(binding, 'store_id')));
    const known = store?.secrets.some((secret) => secret.name === binding['secret_name']) === true;
    return known ? null : failure('bindingSecretsStoreMissing');
  },
};
