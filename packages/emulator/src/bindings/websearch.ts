import type { BindingKind } from './binding-kind.ts';

/** Web search. */
export const websearchBinding: BindingKind = {
  fields: {},
  runtime: null,
};
