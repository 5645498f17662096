import { bindingPath } from './binding-path.ts';
import { at, type Rule } from './rule.ts';

/** A binding without an id keeps what the live Worker has; nothing is created unasked. */
export const inheritedBindings: Rule = {
  name: 'binding-without-resource',
  check: (facts) =>
    facts.bindings
      .filter(({ binding }) => binding.type === 'inherit')
      .map(({ binding, module }) =>
        at(
          facts,
          bindingPath(module.section ?? '', facts.config.values[module.section ?? ''], binding.name),
          {
            severity: 'warning',
            code: 'binding-without-id',
            message: `The ${module.label} ${binding.name} names no resource: the deploy keeps the one the live Worker has, and fails if it has none.`,
            hint: 'Create the resource and write its id or name here. Nothing is created by itself.',
          },
        ),
      ),
};
