import type { BindingKind } from './binding-kind.ts';
import { required } from './fields.ts';

/** A messaging namespace. */
export const messagingBinding: BindingKind = {
  fields: { namespace: required() },
  runtime: null,
};
