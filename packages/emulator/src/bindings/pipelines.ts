import type { BindingKind } from './binding-kind.ts';
import { alternative } from './fields.ts';

/** A pipeline, by its older or its newer name. */
export const pipelinesBinding: BindingKind = {
  fields: { pipeline: alternative(), stream: alternative() },
  runtime: null,
};
