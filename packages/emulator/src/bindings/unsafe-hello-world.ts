import type { BindingKind } from './binding-kind.ts';
import { optional } from './fields.ts';

/** The example of an internal binding. */
export const unsafeHelloWorldBinding: BindingKind = {
  fields: { enable_timer: optional },
  runtime: null,
};
