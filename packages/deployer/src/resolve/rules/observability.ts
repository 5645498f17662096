import { at, type Rule } from './rule.ts';

/** Observability says whether it is on. Source: wrangler's check. */
export const observability: Rule = {
  name: 'observability',
  check: (facts) => {
    const value = facts.config.fields.observability;
    if (value === undefined) return [];
    const switches = [value.enabled, value.logs?.enabled, value.traces?.enabled, value.issues?.enabled];
    if (switches.some((enabled) => enabled !== undefined)) return [];
    return [
      at(facts, ['observability'], {
        severity: 'error',
        code: 'missing-field',
        message: '`observability` does not say whether it is on.',
        hint: 'Add "enabled": true, to `observability`, or to its `logs` or `traces`.',
      }),
    ];
  },
};
