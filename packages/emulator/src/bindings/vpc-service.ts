import type { BindingKind } from './binding-kind.ts';
import { required } from './fields.ts';

/** A service in a private network. */
export const vpcServiceBinding: BindingKind = {
  fields: { service_id: required() },
  runtime: null,
};
