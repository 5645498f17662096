import { ratelimit } from '../runtime/bindings/ratelimit.ts';
import type { BindingKind } from './binding-kind.ts';
import { required } from './fields.ts';

/** A rate limit. */
export const ratelimitBinding: BindingKind = {
  fields: { namespace_id: required(), simple: required('object') },
  runtime: ratelimit,
};
