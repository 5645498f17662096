import type { BindingKind } from './binding-kind.ts';

/** Media Transformations. */
export const mediaBinding: BindingKind = {
  fields: {},
  runtime: null,
};
