import type { WorkflowsSection } from '../../bindings/workflow.ts';
import type { Finding } from '../../findings/finding.ts';
import type { DocumentPath } from '../../findings/format-path.ts';
import { cronProblem } from './cron-expression.ts';
import { at, type Rule, type RuleFacts } from './rule.ts';

/** A workflow's name belongs to one class, and its schedules are cron expressions. */
export const workflows: Rule = {
  name: 'workflows',
  check: (facts) => {
    const list = (facts.config.values['workflows'] as WorkflowsSection | undefined) ?? [];
    const firsts = new Map(list.toReversed().map((entry) => [entry.name, entry]));
    const declared = list.flatMap((entry, index): readonly Finding[] => {
      const first = firsts.get(entry.name);
      const findings: Finding[] = [];
      if (
        first !== undefined &&
        (first.class_name !== entry.class_name || first.script_name !== entry.script_name)
      ) {
        findings.push(
          at(facts, ['workflows', index, 'name'], {
            severity: 'error',
            code: 'duplicate-workflow',
            message: `The workflow ${entry.name} is declared twice, with different classes.`,
            hint: 'Give one of them another name.',
          }),
        );
      }
      return [...findings, ...wrongSchedules(facts, ['workflows', index, 'schedules'], entry.schedules)];
    });
    const exported = Object.entries(facts.config.fields.exports ?? {}).flatMap(([name, entry]) =>
      entry.type === 'workflow' ? wrongSchedules(facts, ['exports', name, 'schedules'], entry.schedules) : [],
    );
    return [...declared, ...exported];
  },
};

function wrongSchedules(
  facts: RuleFacts,
  path: DocumentPath,
  written: string | readonly string[] | undefined,
): readonly Finding[] {
  const schedules = typeof written === 'string' ? [written] : (written ?? []);
  return schedules.flatMap((cron) => {
    const problem = cronProblem(cron);
    if (problem === null) return [];
    return [
      at(facts, path, {
        severity: 'error',
        code: 'cron-syntax',
        message: `The schedule "${cron}" ${problem}.`,
        hint: 'An example: "0 3 * * MON" is every Monday at 03:00 UTC.',
      }),
    ];
  });
}
