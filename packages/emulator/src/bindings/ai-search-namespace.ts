import type { BindingKind } from './binding-kind.ts';
import { required } from './fields.ts';

/** All instances of an AI Search namespace. */
export const aiSearchNamespaceBinding: BindingKind = {
  fields: { namespace: required() },
  runtime: null,
};
