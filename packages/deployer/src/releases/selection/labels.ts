import { ConfigError } from '../../errors.ts';

/** One condition on a tenant's labels: `tier=gold`, `region!=eu`, `beta` (has the label), `!beta` (has it not). */
export interface LabelCondition {
  readonly key: string;
  readonly operator: 'equal' | 'not-equal' | 'present' | 'absent';
  readonly value: string;
}

/**
 * Reads one condition.
 * @throws ConfigError USAGE
 */
export function parseLabel(text: string): LabelCondition {
  const at = text.indexOf('=');
  const negated = at > 0 && text[at - 1] === '!';
  const key = at === -1 ? text.replace(/^!/, '') : text.slice(0, negated ? at - 1 : at);
  if (key.length > 0 && key.length <= 64 && !/[\s!=]/.test(key)) {
    if (at === -1) return { key, operator: text.startsWith('!') ? 'absent' : 'present', value: '' };
    return { key, operator: negated ? 'not-equal' : 'equal', value: text.slice(at + 1) };
  }
  throw new ConfigError('USAGE', `${JSON.stringify(text.slice(0, 64))} is no condition on labels.`, {
    hint: 'Write tier=gold, region!=eu, beta or !beta.',
  });
}

/** Whether labels meet every condition. */
export function matchesLabels(
  labels: Readonly<Record<string, string>>,
  conditions: readonly LabelCondition[],
): boolean {
  return conditions.every(({ key, operator, value }) => {
    const has = Object.hasOwn(labels, key);
    if (operator === 'present') return has;
    if (operator === 'absent') return !has;
    return (has && labels[key] === value) === (operator === 'equal');
  });
}
