import type { BindingKind } from './binding-kind.ts';
import { required, optional } from './fields.ts';

/** One AI Search instance. */
export const aiSearchBinding: BindingKind = {
  fields: { instance_name: required(), namespace: optional },
  runtime: null,
};
