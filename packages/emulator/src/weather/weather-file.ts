import type { Fault } from './faults.ts';
import type { RateLimitPolicy } from './rate-limit.ts';
import type { MetricsWeather } from '../invocations.ts';
import { isObject } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';

/** Conditions to set; what is left out stays as it is. */
export interface WeatherSettings {
  latencyMs?: number;
  propagationMs?: number;
  /** How late and how thinned out the counts of requests come. */
  metrics?: Partial<MetricsWeather>;
  faults?: readonly Fault[];
  /** Decides chances. */
  seed?: string;
  rateLimit?: Partial<RateLimitPolicy> | null;
}

/** A weather file (or the admin endpoint's body) is not what it should be. */
export class WeatherFileError extends Error {
  override name = 'WeatherFileError';
  readonly code = 'INVALID_WEATHER';
}

type Check = (value: Json | undefined) => string | null;

const text: Check = (value) => (typeof value === 'string' ? null : 'must be a string');
const flag: Check = (value) => (typeof value === 'boolean' ? null : 'must be true or false');
const atLeast =
  (least: number, most = Number.POSITIVE_INFINITY): Check =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most
      ? null
      : `must be a number from ${least}${most === Number.POSITIVE_INFINITY ? '' : ` to ${most}`}`;

const FAULT_FIELDS: Record<string, Check> = {
  name: text,
  method: text,
  path: text,
  nth: (value) =>
    [value].flat().every((item) => Number.isInteger(item) && Number(item) >= 1) ? null : 'must count from 1',
  times: atLeast(1),
  probability: atLeast(0, 1),
  delayMs: atLeast(0),
  status: atLeast(200, 599),
  code: atLeast(0),
  message: text,
  headers: (value) =>
    isObject(value) && Object.values(value).every((item) => typeof item === 'string')
      ? null
      : 'must be an object of strings',
  reset: (value) => (value === 'before' || value === 'after' ? null : 'must be "before" or "after"'),
  malformed: flag,
  applied: flag,
};

const WEATHER_FIELDS: Record<string, Check> = {
  latencyMs: atLeast(0),
  propagationMs: atLeast(0),
  seed: text,
  metrics: (value) => (isObject(value) ? null : 'must be an object'),
  faults: (value) => (Array.isArray(value) ? null : 'must be an array'),
  rateLimit: (value) => (value === null || isObject(value) ? null : 'must be an object or null'),
};

const METRICS_FIELDS: Record<string, Check> = { lagMs: atLeast(0), sampleInterval: atLeast(1) };

const RATE_LIMIT_FIELDS: Record<string, Check> = {
  limit: (value) => (value === null ? null : atLeast(1)(value)),
  windowSeconds: atLeast(1),
  blockSeconds: atLeast(0),
};

/**
 * Reads weather settings from JSON text.
 * @param where Named in errors.
 * @throws WeatherFileError naming the field that is wrong or not known.
 */
export function parseWeather(json: string, where: string): WeatherSettings {
  let value: Json | undefined;
  try {
    value = JSON.parse(json);
  } catch {
    throw new WeatherFileError(`${where}: not valid JSON.`);
  }
  return readWeather(value, where);
}

/** Checks weather settings. @throws WeatherFileError */
export function readWeather(value: Json | undefined, where: string): WeatherSettings {
  const weather = checked(value, WEATHER_FIELDS, where);
  if (isObject(weather['rateLimit'])) checked(weather['rateLimit'], RATE_LIMIT_FIELDS, `${where}: rateLimit`);
  if (isObject(weather['metrics'])) checked(weather['metrics'], METRICS_FIELDS, `${where}: metrics`);
  if (Array.isArray(weather['faults'])) {
    for (const [index, fault] of weather['faults'].entries()) readFault(fault, `${where}: faults[${index}]`);
  }
  return weather;
}

/** Checks one fault. @throws WeatherFileError */
export function readFault(value: Json | undefined, where: string): Fault {
  return checked(value, FAULT_FIELDS, where);
}

function checked(value: Json | undefined, fields: Record<string, Check>, where: string): JsonObject {
  if (!isObject(value)) throw new WeatherFileError(`${where}: must be an object.`);
  for (const [field, item] of Object.entries(value)) {
    const check = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (check === undefined) {
      throw new WeatherFileError(
        `${where}: unknown field "${field}". Known: ${Object.keys(fields).join(', ')}.`,
      );
    }
    const wrong = check(item);
    if (wrong !== null) throw new WeatherFileError(`${where}: ${field} ${wrong}.`);
  }
  return value;
}
