import type { BindingKind } from './binding-kind.ts';
import { optional } from './fields.ts';

/** A private network. */
export const vpcNetworkBinding: BindingKind = {
  fields: { tunnel_id: optional, network_id: optional, identity: optional },
  runtime: null,
};
