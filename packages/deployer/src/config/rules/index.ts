import { accounts } from './accounts.ts';
import { compatibility } from './compatibility.ts';
import { duplicateBindings } from './duplicate-bindings.ts';
import { entryPoint } from './entry-point.ts';
import { names } from './names.ts';
import { required } from './required.ts';
import type { Rule } from './rule.ts';

/** Every rule over several fields, in the order in which their findings are made. */
export const RULES: readonly Rule[] = [
  names,
  accounts,
  entryPoint,
  compatibility,
  duplicateBindings,
  required,
];
