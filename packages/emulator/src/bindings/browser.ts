import type { BindingKind } from './binding-kind.ts';

/** Browser Rendering. */
export const browserBinding: BindingKind = {
  fields: {},
  runtime: null,
};
