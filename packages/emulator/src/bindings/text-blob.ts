import { parts } from '../runtime/bindings/plugins.ts';
import type { BindingKind } from './binding-kind.ts';
import { required } from './fields.ts';

/** An uploaded part as text (service-worker syntax). */
export const textBlobBinding: BindingKind = {
  fields: { part: required() },
  runtime: parts,
};
