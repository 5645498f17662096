import { variables } from '../runtime/bindings/variables.ts';
import type { BindingKind } from './binding-kind.ts';
import { required, uploadOnly } from './fields.ts';

/** A secret text. */
export const secretTextBinding: BindingKind = {
  fields: { text: uploadOnly(required('any text')) },
  runtime: variables,
  isVariable: true,
  isSecret: true,
};
