interface CronField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
  /** Special letters this field takes: `L` last, `W` nearest weekday, `#` nth weekday. */
  readonly special: RegExp | null;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * The five fields of Cloudflare's cron expressions. Unlike elsewhere, days of the week count from 1 (Sunday) to 7, and
 * 0 is refused. Source: Workers documentation, "Cron Triggers", and cloudflare/workers-sdk issue 8923.
 */
const FIELDS: readonly CronField[] = [
  { name: 'minute', min: 0, max: 59, names: [], special: null },
  { name: 'hour', min: 0, max: 23, names: [], special: null },
  { name: 'day of the month', min: 1, max: 31, names: [], special: /^(?:L|LW|WL|L-\d{1,2}|\d{1,2}W)$/i },
  { name: 'month', min: 1, max: 12, names: MONTHS, special: null },
  {
    name: 'day of the week',
    min: 1,
    max: 7,
    names: DAYS,
    special: /^(?:(?:[1-7]|[A-Z]{3})?L|(?:[1-7]|[A-Z]{3})#[1-5])$/i,
  },
];

/**
 * What is wrong with a cron expression, as the end of a sentence that begins with the expression; null when nothing is.
 */
export function cronProblem(expression: string): string | null {
  const parts = expression.trim().split(/\s+/);
  if (expression.startsWith('@')) return 'uses a nickname; Cloudflare takes the five fields only';
  if (parts.length !== FIELDS.length) {
    return `has ${parts.length} fields; five are needed: minute, hour, day of the month, month, day of the week`;
  }
  for (const [index, field] of FIELDS.entries()) {
    for (const item of (parts[index] ?? '').split(',')) {
      const problem = itemProblem(item, field);
      if (problem !== null) return `has ${JSON.stringify(item)} as ${field.name}: ${problem}`;
    }
  }
  return null;
}

function itemProblem(item: string, field: CronField): string | null {
  if (field.special?.test(item) === true) return null;
  const [range = '', step, ...rest] = item.split('/');
  if (rest.length > 0) return 'only one step is allowed';
  if (step !== undefined && !(/^\d{1,2}$/.test(step) && Number(step) >= 1))
    return 'a step is a number from 1';
  if (range === '*') return null;
  const bounds = range.split('-');
  if (bounds.length > 2) return 'a range has two ends';
  const numbers = bounds.map((bound) => toNumber(bound, field));
  if (numbers.includes(null))
    return `allowed are ${field.min} to ${field.max}${field.names.length > 0 ? ' or names' : ''}`;
  const [from, to] = numbers;
  if (from !== undefined && to !== undefined && from !== null && to !== null && from > to) {
    return 'the range runs backwards';
  }
  return null;
}

function toNumber(text: string, field: CronField): number | null {
  const named = field.names.indexOf(text.toUpperCase());
  if (named !== -1) return named + field.min;
  if (!/^\d{1,2}$/.test(text)) return null;
  const value = Number(text);
  return value >= field.min && value <= field.max ? value : null;
}
