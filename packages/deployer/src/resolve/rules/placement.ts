import { at, type Rule } from './rule.ts';

const TARGETS = ['region', 'host', 'hostname'] as const;

/** Placement is off, smart, or near exactly one thing. Source: Workers documentation, "Placement", and wrangler's check. */
export const placement: Rule = {
  name: 'placement',
  check: (facts) => {
    const value = facts.config.fields.placement;
    if (value === undefined) return [];
    const targets = TARGETS.filter((target) => value[target] !== undefined);
    const wrong = (message: string, hint: string) => [
      at(facts, ['placement'], { severity: 'error', code: 'placement', message, hint }),
    ];
    if (targets.length > 1) {
      return wrong(`\`placement\` has ${targets.join(' and ')}; only one can count.`, 'Keep one of them.');
    }
    if (value.hint !== undefined && (targets.length > 0 || value.mode !== 'smart')) {
      return wrong(
        '`placement.hint` goes with mode "smart" alone.',
        'Remove the hint, or use "mode": "smart".',
      );
    }
    if (targets.length > 0 && value.mode === 'smart') {
      return wrong(`\`placement\` has mode "smart" and a ${targets[0]}.`, 'Remove one of them.');
    }
    if (targets.length === 0 && value.mode === undefined) {
      return wrong('`placement` is empty.', 'Add "mode": "smart", or a region, host or hostname.');
    }
    return [];
  },
};
