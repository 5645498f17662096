import type { Finding } from '../../findings/finding.ts';
import type { DocumentPath } from '../../findings/format-path.ts';
import { bindingPath } from './binding-path.ts';
import { at, pathOf, type Rule } from './rule.ts';

/** Names are unique over all kinds, secrets included. Source: API error 10053. */
export const duplicateBindings: Rule = {
  name: 'duplicate-bindings',
  check: (facts) => {
    const seen = new Map<string, { readonly label: string; readonly path: DocumentPath }>();
    const findings: Finding[] = [];
    const counts = new Map<string, number>();
    for (const { binding, module } of facts.bindings) {
      const section = module.section ?? '';
      const countKey = `${section} ${binding.name}`;
      const occurrence = counts.get(countKey) ?? 0;
      counts.set(countKey, occurrence + 1);
      const path = bindingPath(section, facts.config.values[section], binding.name, occurrence);
      const first = seen.get(binding.name);
      if (first === undefined) {
        seen.set(binding.name, { label: module.label, path });
        continue;
      }
      findings.push(
        at(facts, path, {
          severity: 'error',
          code: 'duplicate-binding',
          message: `The name ${binding.name} is used twice: for a ${first.label} in \`${pathOf(facts, first.path)}\` and for a ${module.label} here.`,
          hint: 'Rename one of them; the Worker reaches both as env.' + binding.name + '.',
        }),
      );
    }
    return [...findings, ...secretClashes(facts, seen)];
  },
};

function secretClashes(
  facts: Parameters<Rule['check']>[0],
  seen: ReadonlyMap<string, { readonly label: string; readonly path: DocumentPath }>,
): readonly Finding[] {
  const required = (facts.config.values['secrets'] as { readonly required?: readonly string[] } | undefined)
    ?.required;
  return (required ?? []).flatMap((name, index) => {
    const first = seen.get(name);
    if (first === undefined) return [];
    return [
      at(facts, ['secrets', 'required', index], {
        severity: 'error',
        code: 'duplicate-binding',
        message: `The secret ${name} has the name of a ${first.label} in \`${pathOf(facts, first.path)}\`.`,
        hint: first.label === 'Variable' ? 'Remove the variable.' : 'Rename one of them.',
      }),
    ];
  });
}
