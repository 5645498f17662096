import type { Finding } from '../../findings/finding.ts';
import { formatPath } from '../../findings/format-path.ts';
import type { Rule } from './rule.ts';

/** `account_id` and `route` of old templates are empty text, which counts as not written. As in wrangler. */
export const emptiedFields: Rule = {
  name: 'empty-fields',
  check: (facts) =>
    ['account_id', 'route'].flatMap((field): readonly Finding[] => {
      const path = facts.config.paths[field];
      if (path === undefined || facts.config.values[field] !== undefined) return [];
      return [
        {
          severity: 'warning',
          code: 'empty-field',
          path: formatPath(path),
          place: facts.worker.place(path),
          message: `\`${formatPath(path)}\` is empty and is ignored.`,
          hint: 'Remove it.',
        },
      ];
    }),
};
