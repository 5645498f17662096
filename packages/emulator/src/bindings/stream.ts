import type { BindingKind } from './binding-kind.ts';

/** Cloudflare Stream. */
export const streamBinding: BindingKind = {
  fields: {},
  runtime: null,
};
