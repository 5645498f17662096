import { CronExpressionParser } from 'cron-parser';
import { failure } from '../errors.ts';
import { isObject, refuseUnknown } from '../body.ts';

/**
 * Reads a schedules list `[{cron}]`.
 * @throws 10100 for an expression that cannot be parsed or is listed twice.
 */
export function readCrons(value: unknown): string[] {
  if (!Array.isArray(value)) throw failure('badBody', 'The body must be an array of schedules.');
  const crons = value.map((item: unknown) => {
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

/** Numbers of a day-of-week field that are days: not those after `/` and `#`. */
const DAY_NUMBER = /(?<![\d/#])\d+/g;

/** Five fields; days of the week are 1–7 with 1 = Sunday, or names; `L`, `LW` and `W` are allowed. */
function isCron(cron: string): boolean {
  const fields = cron.trim().split(/\s+/);
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fields;
  if (fields.length !== 5 || minute === undefined || dayOfMonth === undefined || dayOfWeek === undefined)
    return false;
  // The parser counts days of the week from 0; Cloudflare from 1.
  const days = dayOfWeek.match(DAY_NUMBER) ?? [];
  if (days.some((day) => Number(day) < 1 || Number(day) > 7)) return false;
  const shifted = dayOfWeek.replace(DAY_NUMBER, (day) => String(Number(day) - 1));
  const dom = dayOfMonth.replace(/^LW$/, 'L').replace(/^(\d+)W$/, '$1');
  try {
    CronExpressionParser.parse([minute, hour, dom, month, shifted].join(' '), { tz: 'UTC' });
    return true;
  } catch {
    return false;
  }
}
