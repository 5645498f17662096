import { bindingPath } from './binding-path.ts';
import { at, type Rule } from './rule.ts';

/** Names that `env.NAME` cannot reach are probably typing mistakes. wrangler and the API take any text. */
export const bindingNames: Rule = {
  name: 'binding-names',
  check: (facts) =>
    facts.bindings
      .filter(({ binding }) => !/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(binding.name))
      .map(({ binding, module }) =>
        at(
          facts,
          bindingPath(module.section ?? '', facts.config.values[module.section ?? ''], binding.name),
          {
            severity: 'warning',
            code: 'binding-name',
            message: `The ${module.label} is called "${binding.name}", which the Worker cannot write as env.NAME.`,
            hint: `Use letters, digits and underscores, or reach it as env["${binding.name}"].`,
          },
        ),
      ),
};
