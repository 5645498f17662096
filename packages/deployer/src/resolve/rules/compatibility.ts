import type { Finding } from '../../findings/finding.ts';
import { at, type Rule, type RuleFacts } from './rule.ts';
import { hasField } from '../../json.ts';

/** The first date there is. Source: Workers documentation, "Compatibility dates". */
const FIRST_DATE = '2021-11-02';

/** The compatibility date is a real day that has come; flags do not contradict each other. */
export const compatibility: Rule = {
  name: 'compatibility',
  check: (facts) => [...checkDate(facts), ...checkFlags(facts)],
};

function checkDate(facts: RuleFacts): readonly Finding[] {
  const date = facts.config.fields.compatibility_date;
  if (date === undefined) {
    if (isWritten(facts, 'compatibility_date')) return [];
    return [
      at(facts, [], {
        severity: 'error',
        code: 'missing-field',
        message: 'The Worker has no `compatibility_date`, which chooses the version of the runtime.',
        hint: `Add "compatibility_date": "${facts.today}".`,
      }),
    ];
  }
  const wrong = (
    message: string,
    hint: string,
    severity: 'error' | 'warning' = 'error',
  ): readonly Finding[] => [
    at(facts, ['compatibility_date'], { severity, code: 'compatibility-date', message, hint }),
  ];
  if (Number.isNaN(Date.parse(date)) || new Date(date).toISOString().slice(0, 10) !== date) {
    return wrong(`\`compatibility_date\` ${date} is not a day of the calendar.`, 'Correct the date.');
  }
  if (date > facts.today) {
    return wrong(
      `\`compatibility_date\` ${date} is in the future; Cloudflare refuses it until that day.`,
      `Use ${facts.today} or an earlier day.`,
    );
  }
  if (date < FIRST_DATE) {
    return wrong(
      `\`compatibility_date\` ${date} is before ${FIRST_DATE}, the first one there is.`,
      `Use ${FIRST_DATE} for the oldest behaviour.`,
      'warning',
    );
  }
  return [];
}

function checkFlags(facts: RuleFacts): readonly Finding[] {
  const flags = facts.config.fields.compatibility_flags ?? [];
  const all = new Set(flags);
  const seen = new Set<string>();
  return flags.flatMap((flag, index) => {
    if (seen.has(flag)) {
      return [
        at(facts, ['compatibility_flags', index], {
          severity: 'error',
          code: 'compatibility-flag',
          message: `The flag "${flag}" is written twice.`,
          hint: 'Remove one.',
        }),
      ];
    }
    seen.add(flag);
    if (flag === 'experimental') {
      return [
        at(facts, ['compatibility_flags', index], {
          severity: 'error',
          code: 'compatibility-flag',
          message:
            'Cloudflare takes the flag "experimental" from its own accounts only, and refuses the upload.',
          hint: 'Remove it. What needs it runs in local development (`wrangler dev`) and nowhere else yet.',
        }),
      ];
    }
    if (!all.has(`no_${flag}`)) return [];
    return [
      at(facts, ['compatibility_flags', index], {
        severity: 'error',
        code: 'compatibility-flag',
        message: `The flags "${flag}" and "no_${flag}" contradict each other.`,
        hint: 'Remove one of the two.',
      }),
    ];
  });
}

function isWritten(facts: RuleFacts, field: string): boolean {
  return hasField(facts.worker.value, field);
}
