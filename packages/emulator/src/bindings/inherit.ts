import type { BindingKind } from './binding-kind.ts';
import { optional } from './fields.ts';

/** A binding that an earlier version has; replaced by it at upload (see rules/bindings/inherit.ts). */
export const inheritBinding: BindingKind = {
  fields: { old_name: optional, version_id: optional },
  runtime: null,
};
