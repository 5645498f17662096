import { analyticsEngine } from '../runtime/bindings/plugins.ts';
import type { BindingKind } from './binding-kind.ts';
import { optional } from './fields.ts';

/** An Analytics Engine dataset; without a name it is called like the binding. */
export const analyticsEngineBinding: BindingKind = {
  fields: { dataset: optional },
  runtime: analyticsEngine,
  giveBack: (wire) => ({ dataset: wire['name'], ...wire }),
};
