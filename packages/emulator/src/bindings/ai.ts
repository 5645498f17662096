import { ai } from '../runtime/bindings/stand-in.ts';
import type { BindingKind } from './binding-kind.ts';
import { optional, uploadOnly } from './fields.ts';

/** Workers AI. */
export const aiBinding: BindingKind = {
  fields: { staging: uploadOnly(optional) },
  runtime: ai,
};
