import { parts } from '../runtime/bindings/plugins.ts';
import type { BindingKind } from './binding-kind.ts';
import { required } from './fields.ts';

/** An uploaded part as bytes (service-worker syntax). */
export const dataBlobBinding: BindingKind = {
  fields: { part: required() },
  runtime: parts,
};
