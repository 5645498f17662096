import type { BindingKind } from './binding-kind.ts';
import { required } from './fields.ts';

/** A K2 stream. */
export const k2Binding: BindingKind = {
  fields: { stream: required() },
  runtime: null,
};
