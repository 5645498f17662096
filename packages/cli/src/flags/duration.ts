import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Seconds of `90s`, `10m`, `2h`, `3d`; a bare number is seconds. Null for anything else. */
export function readSeconds(text: string): number | null {
  const [, number, unit = 's'] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? [];
  return number === undefined ? null : Number(number) * (UNITS[unit === '' ? 's' : unit] ?? 1);
}

/** The same as a flag. */
export function seconds(text: string): number {
  const found = readSeconds(text);
  if (found === null) throw new InvalidArgumentError('It needs a duration such as 90s, 10m or 2h.');
  return found;
}
