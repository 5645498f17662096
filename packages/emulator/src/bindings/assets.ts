import { assets } from '../runtime/bindings/assets.ts';
import type { BindingKind } from './binding-kind.ts';

/** The static assets of the version itself. */
export const assetsBinding: BindingKind = {
  fields: {},
  runtime: assets,
};
