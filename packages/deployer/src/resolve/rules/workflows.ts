import type { WorkflowsSection } from '../../bindings/workflow.ts';
import type { Finding } from '../../findings/finding.ts';
import { cronProblem } from './cron-expression.ts';
import { at, type Rule } from './rule.ts';

/** A workflow's name belongs to one class, and its schedules are cron expressions. */
export const workflows: Rule = {
  name: 'workflows',
  check: (facts) => {
    const list = (facts.config.values['workflows'] as WorkflowsSection | undefined) ?? [];
    return list.flatMap((entry, index): readonly Finding[] => {
      const first = list.find(({ name }) => name === entry.name);
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
      const schedules = typeof entry.schedules === 'string' ? [entry.schedules] : (entry.schedules ?? []);
      for (const cron of schedules) {
        const problem = cronProblem(cron);
        if (problem === null) continue;
        findings.push(
          at(facts, ['workflows', index, 'schedules'], {
            severity: 'error',
            code: 'cron-syntax',
            message: `The schedule "${cron}" ${problem}.`,
            hint: 'An example: "0 3 * * MON" is every Monday at 03:00 UTC.',
          }),
        );
      }
      return findings;
    });
  },
};
