import type { BindingKind } from './binding-kind.ts';
import { required } from './fields.ts';

/** A namespace of artifacts. */
export const artifactsBinding: BindingKind = {
  fields: { namespace: required() },
  runtime: null,
};
