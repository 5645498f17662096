import { z } from 'zod';

/**
 * Building blocks of the schemas. A custom message completes the sentence "`path` …", so it begins with "must"; types,
 * ranges and lists of choices get their sentence from `zod-findings.ts`.
 */

/** Text of at least one character. */
export const nonEmpty = z.string().min(1, 'must not be empty');

/** Name under which the Worker reaches a resource: `env.NAME`. */
export const bindingName = nonEmpty.describe('Name under which the Worker reaches it: env.NAME.');

/** `remote: true` makes `wrangler dev` use the real resource. A deploy does not look at it. */
export const remote = z.boolean().describe('Local development only.').optional();

/** Whole number within limits, both included. */
export function integer(min: number, max: number): z.ZodNumber {
  return z.number().int().min(min).max(max);
}

/** Share of requests, 0 to 1. */
export const samplingRate = z.number().min(0).max(1);

/** Any JSON value. */
export const json = z.json();

/** Object with any JSON inside, passed on as it is. */
export const jsonObject = z.record(z.string(), json);

/** A hexadecimal id of 32 digits, as Cloudflare gives accounts, zones and KV namespaces. */
export const HEX_ID = /^[0-9a-f]{32}$/i;

/** A UUID, as Cloudflare gives D1 databases and certificates. */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Name of a Worker script: lower case, digits, dashes and underscores. Source: wrangler's own check. */
export const SCRIPT_NAME = /^[a-z0-9_][a-z0-9_-]*$/;
