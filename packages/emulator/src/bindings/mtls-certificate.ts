import { failure } from '../api/errors.ts';
import { keyOf } from '../store/documents.ts';
import { textOf } from './binding-kind.ts';
import type { BindingKind } from './binding-kind.ts';
import { required } from './fields.ts';

/** An mTLS client certificate. */
export const mtlsCertificateBinding: BindingKind = {
  fields: { certificate_id: required() },
  runtime: null,
  refuse: (binding, { accountId }, reader) =>
    reader.get('certificate', keyOf(accountId, textOf(binding, 'certificate_id'))) === undefined
      ? failure('bindingCertificateMissing')
      : null,
};
