import type { Finding } from '../../findings/finding.ts';
import { formatPath } from '../../findings/format-path.ts';
import type { Rule } from './rule.ts';

/** What the tenant and the project require is bound in every environment. */
export const required: Rule = {
  name: 'required-bindings',
  check: (facts) => {
    const bound = new Set(facts.bindings.map(({ binding }) => binding.name));
    const secrets = (facts.config.values['secrets'] as { readonly required?: readonly string[] } | undefined)
      ?.required;
    for (const name of secrets ?? []) bound.add(name);
    const where = facts.environment === null ? 'the top level' : `environment "${facts.environment}"`;
    const section = facts.environment === null ? [] : ['env', facts.environment];
    const lacking = (names: readonly string[], source: string): readonly Finding[] =>
      names
        .filter((name) => !bound.has(name))
        .map((name) => ({
          severity: 'error',
          code: 'missing-binding',
          path: formatPath(section),
          place: facts.worker.place(section, 'key'),
          message: `${where} has no binding ${name}, which ${source} requires.`,
          hint:
            facts.environment === null
              ? `Add it to ${facts.worker.file}.`
              : `Add it to env.${facts.environment} of ${facts.worker.file}; bindings are not inherited.`,
        }));
    return [
      ...lacking(facts.tenant?.requiredBindings ?? [], facts.tenantFile.file),
      ...lacking(facts.project.requiredBindings ?? [], 'cf-deploy.config.ts'),
    ];
  },
};
