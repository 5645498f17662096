import { variables } from '../runtime/bindings/variables.ts';
import type { BindingKind } from './binding-kind.ts';
import { required } from './fields.ts';

/** A variable with a text. */
export const plainTextBinding: BindingKind = {
  fields: { text: required('any text') },
  runtime: variables,
  isVariable: true,
};
