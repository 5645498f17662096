import type { BindingKind } from './binding-kind.ts';

/** The older analytics binding. */
export const analyticsBinding: BindingKind = {
  fields: {},
  runtime: null,
};
