import type { Finding } from '../../findings/finding.ts';
import { cronProblem } from './cron-expression.ts';
import { at, type Rule } from './rule.ts';

/** Cron expressions are ones Cloudflare takes, each once. Source: API error 10100. */
export const crons: Rule = {
  name: 'crons',
  check: (facts) => {
    const list = facts.config.fields.triggers?.crons ?? [];
    const seen = new Set<string>();
    return list.flatMap((cron, index): readonly Finding[] => {
      const path = ['triggers', 'crons', index];
      const problem = cronProblem(cron);
      if (problem !== null) {
        return [
          at(facts, path, {
            severity: 'error',
            code: 'cron-syntax',
            message: `The cron "${cron}" ${problem}.`,
            hint: 'An example: "0 3 * * MON" is every Monday at 03:00 UTC.',
          }),
        ];
      }
      if (!seen.has(cron)) {
        seen.add(cron);
        return [];
      }
      return [
        at(facts, path, {
          severity: 'error',
          code: 'duplicate-cron',
          message: `The cron "${cron}" is written twice.`,
          hint: 'Remove one; a Worker runs once per expression.',
        }),
      ];
    });
  },
};
