import { workflow } from '../runtime/bindings/workflow.ts';
import type { BindingKind } from './binding-kind.ts';
import { required, optional } from './fields.ts';

/** A workflow of this Worker or of another one. */
export const workflowBinding: BindingKind = {
  fields: { workflow_name: required(), class_name: optional, script_name: optional },
  runtime: workflow,
};
