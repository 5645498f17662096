import type { BindingKind } from './binding-kind.ts';
import { required } from './fields.ts';

/** A Flagship app. */
export const flagshipBinding: BindingKind = {
  fields: { app_id: required() },
  runtime: null,
};
