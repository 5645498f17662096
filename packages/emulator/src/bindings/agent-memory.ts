import type { BindingKind } from './binding-kind.ts';
import { required } from './fields.ts';

/** A namespace of agent memory. */
export const agentMemoryBinding: BindingKind = {
  fields: { namespace: required() },
  runtime: null,
};
