import type { BindingKind } from './binding-kind.ts';

/** Cloudflare Images. */
export const imagesBinding: BindingKind = {
  fields: {},
  runtime: null,
};
