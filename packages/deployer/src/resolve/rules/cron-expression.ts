interface CronField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
  /** What stands alone in this field: `L` last, `W` nearest weekday, `#` nth weekday. */
  readonly special: RegExp | null;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * The five fields of Cloudflare's cron expressions. Unlike elsewhere, days of the week count from 1 (Sunday) to 7, and
 * 0 is refused. Source: Workers documentation, "Cron Triggers"; cloudflare/workers-sdk issue 8923; the grammar of
 * cloudflare/saffron, the parser behind Cron Triggers.
 */
const FIELDS: readonly CronField[] = [
  { name: 'minute', min: 0, max: 59, names: [], special: null },
  { name: 'hour', min: 0, max: 23, names: [], special: null },
  {
    name: 'day of the month',
    min: 1,
    max: 31,
    names: [],
    special: /^(?:LW?|L-0*(?:[1-9]|[12]\d|30)W?|0*(?:[1-9]|[12]\d|3[01])W)$/,
  },
  { name: 'month', min: 1, max: 12, names: MONTHS, special: null },
  {
    name: 'day of the week',
    min: 1,
    max: 7,
    names: DAYS,
    special: /^(?:L|(?:0*[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(?:L|#0*[1-5]))$/,
  },
];

/**
 * What is wrong with a cron expression, as the end of a sentence that begins with the expression; null when nothing is.
 */
export function cronProblem(expression: string): string | null {
  if (expression.startsWith('@')) return 'uses a nickname; Cloudflare takes the five fields only';
  if (/^\s|\s$|[^\S \t]/.test(expression)) return 'has white space around it, or a line break in it';
  const parts = expression.split(/[ \t]+/);
  if (parts.length !== FIELDS.length) {
    return `has ${parts.length} fields; five are needed: minute, hour, day of the month, month, day of the week`;
  }
  for (const [index, field] of FIELDS.entries()) {
    const part = parts[index] ?? '';
    const problem = fieldProblem(part, field);
    if (problem !== null) return `has ${JSON.stringify(part)} as ${field.name}: ${problem}`;
  }
  return null;
}

function fieldProblem(part: string, field: CronField): string | null {
  if (part === '*' || field.special?.test(withUpperDays(part)) === true) return null;
  if (part.startsWith('*') && !part.startsWith('*/')) return 'nothing but a step can follow a "*"';
  for (const item of part.split(',')) {
    const problem = itemProblem(item, field);
    if (problem !== null) return problem;
  }
  return null;
}

function itemProblem(item: string, field: CronField): string | null {
  const [range = '', step, ...rest] = item.split('/');
  if (rest.length > 0) return 'only one step is allowed';
  const longest = field.max - field.min;
  if (step !== undefined && !(/^\d+$/.test(step) && Number(step) >= 1 && Number(step) <= longest)) {
    return `a step is a number from 1 to ${longest}`;
  }
  // A range may run over the end: 22-6 is from ten in the evening to six in the morning.
  const [from = '', ...to] = range.split('-');
  if (to.length > 1) return 'a range has two ends';
  return [...(from === '*' ? [] : [from]), ...to].every((bound) => isValue(bound, field))
    ? null
    : `allowed are ${field.min} to ${field.max}${field.names.length > 0 ? ' or names' : ''}`;
}

function isValue(text: string, field: CronField): boolean {
  if (field.names.includes(text.toUpperCase())) return true;
  return /^\d+$/.test(text) && Number(text) >= field.min && Number(text) <= field.max;
}

/** Names of days may be in any case, the letter after them may not. */
function withUpperDays(part: string): string {
  return part.replace(/^[a-z]{3}(?=[L#])/i, (day) => day.toUpperCase());
}
