import type { BindingKind } from './binding-kind.ts';
import { required } from './fields.ts';

/** A log forwarder. */
export const logfwdrBinding: BindingKind = {
  fields: { destination: required() },
  runtime: null,
};
