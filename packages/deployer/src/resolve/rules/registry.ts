import { accounts } from './accounts.ts';
import { assetsRule } from './assets.ts';
import { bindingNames } from './binding-names.ts';
import { compatibility } from './compatibility.ts';
import { crons } from './crons.ts';
import { duplicateBindings } from './duplicate-bindings.ts';
import { durableObjects } from './durable-objects.ts';
import { emptiedFields } from './emptied-fields.ts';
import { entryPoint } from './entry-point.ts';
import { environmentBindings } from './environment-bindings.ts';
import { healthCheck } from './health-check.ts';
import { inheritedBindings } from './inherited-bindings.ts';
import { inheritedRoutes } from './inherited-routes.ts';
import { names } from './names.ts';
import { observability } from './observability.ts';
import { placement } from './placement.ts';
import { queues } from './queues.ts';
import { required } from './required.ts';
import { routes } from './routes.ts';
import type { Rule } from './rule.ts';
import { secretVars } from './secret-vars.ts';
import { sizes } from './sizes.ts';
import { workflows } from './workflows.ts';

/** Every rule over several fields. */
export const RULES: readonly Rule[] = [
  names,
  accounts,
  entryPoint,
  assetsRule,
  compatibility,
  placement,
  observability,
  emptiedFields,
  duplicateBindings,
  bindingNames,
  inheritedBindings,
  environmentBindings,
  required,
  healthCheck,
  secretVars,
  durableObjects,
  workflows,
  queues,
  crons,
  routes,
  inheritedRoutes,
  sizes,
];
