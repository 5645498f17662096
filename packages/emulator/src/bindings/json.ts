import { variables } from '../runtime/bindings/variables.ts';
import type { BindingKind } from './binding-kind.ts';
import { required } from './fields.ts';

/** A variable with a JSON value. */
export const jsonBinding: BindingKind = {
  fields: { json: required('anything') },
  runtime: variables,
  isVariable: true,
};
