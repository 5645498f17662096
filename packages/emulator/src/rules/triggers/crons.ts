import { failure } from '../../api/errors.ts';
import { refuseUnknown } from '../../api/body.ts';
import { isObject } from '../../json.ts';
import type { Json } from '../../json.ts';

/**
 * Reads a schedules list `[{cron}]`.
 * @throws 10100 for an expression that cannot be parsed or is listed twice.
 */
export function readCrons(value: Json | undefined): string[] {
  if (!Array.isArray(value)) throw failure('badBody', 'The body must be an array of schedules.');
  const crons = value.map((item) => {
    if (!isObject(item) || typeof item['cron'] !== 'string')
      throw failure('badCron', 'A schedule needs a cron.');
    refuseUnknown(item, ['cron', 'created_on', 'modified_on']);
    if (!isCron(item['cron']))
      throw failure('badCron', `Invalid cron string '${item['cron'].slice(0, 100)}'.`);
    return item['cron'];
  });
  const twice = crons.find((cron, index) => crons.indexOf(cron) !== index);
  if (twice !== undefined) throw failure('badCron', `The cron '${twice}' is listed twice.`);
  return crons;
}

interface Field {
  min: number;
  max: number;
  names: string[];
  /** Whole fields that are no list of values: the last day, the nearest weekday, the nth day of the week. */
  special: (field: string) => boolean;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const MINUTE: Field = { min: 0, max: 59, names: [], special: () => false };
const HOUR: Field = { min: 0, max: 23, names: [], special: () => false };
const DAY: Field = {
  min: 1,
  max: 31,
  names: [],
  special: (field) => {
    if (field === 'L' || field === 'LW') return true;
    const offset = /^L-(\d+)W?$/.exec(field)?.[1];
    const nearest = /^(\d+)W$/.exec(field)?.[1];
    return isWithin(offset, 1, 30) || isWithin(nearest, 1, 31);
  },
};
const MONTH: Field = { min: 1, max: 12, names: MONTHS, special: () => false };
const WEEKDAY: Field = {
  min: 1,
  max: 7,
  names: DAYS,
  special: (field) => {
    if (field === 'L') return true;
    const [, last, nth, place] = /^(?:(\w+)L|(\w+)#(\d+))$/.exec(field) ?? [];
    if (last !== undefined) return isValue(last, WEEKDAY);
    return nth !== undefined && isValue(nth, WEEKDAY) && isWithin(place, 1, 5);
  },
};

/**
 * Five fields with spaces or tabs between, none around. Days of the week are 1–7 with 1 = Sunday, or names; a range may
 * run over the end (`22-6`). Source: the grammar of cloudflare/saffron, the parser behind Cron Triggers.
 */
function isCron(cron: string): boolean {
  const parts = cron.split(/[ \t]+/);
  const fields = [MINUTE, HOUR, DAY, MONTH, WEEKDAY];
  return parts.length === fields.length && fields.every((field, index) => isField(parts[index] ?? '', field));
}

function isField(text: string, field: Field): boolean {
  if (text === '*' || field.special(text)) return true;
  const items = text.split(',');
  // A bare star, or a range from it, cannot begin a list; later in one it stands for the smallest value.
  return !/^\*(?!\/)/.test(text) && items.every((item) => isItem(item, field));
}

function isItem(item: string, field: Field): boolean {
  const [, from = '', to, step] = /^([^/-]+)(?:-([^/-]+))?(?:\/(\d+))?$/.exec(item) ?? [];
  return (
    (from === '*' || isValue(from, field)) &&
    (to === undefined || isValue(to, field)) &&
    (step === undefined || isWithin(step, 1, field.max - field.min))
  );
}

function isValue(text: string, { min, max, names }: Field): boolean {
  return names.includes(text.toUpperCase()) || isWithin(text, min, max);
}

function isWithin(text: string | undefined, min: number, max: number): boolean {
  return text !== undefined && /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max;
}
