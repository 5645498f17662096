import type { BindingKind } from './binding-kind.ts';
import { required, alternative, uploadOnly } from './fields.ts';

/** A secret cryptographic key. */
export const secretKeyBinding: BindingKind = {
  fields: {
    algorithm: required('anything'),
    format: required(),
    usages: required('object'),
    key_base64: uploadOnly(alternative()),
    key_jwk: uploadOnly(alternative('object')),
  },
  runtime: null,
  isVariable: true,
  isSecret: true,
};
