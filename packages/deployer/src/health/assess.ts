import type { HealthCheck } from '../resolve/resolved-worker.ts';
import { UUID } from '../shapes/primitives.ts';
import type { Measurement } from './probe.ts';
import type { HealthVerdict } from './report.ts';
import { fieldOf, type Json } from '../json.ts';
import { signOf, type Sign } from './signs.ts';

/** What one answer says about the new version. */
export interface Assessment {
  readonly verdict: Exclude<HealthVerdict, 'skipped'>;
  readonly message: string;
  readonly hint: string | null;
  /** Version that the answer names. */
  readonly versionId: string | null;
  /** The answer is provably the new version's. */
  readonly versionProven: boolean;
  /** Asking again will hardly change it: somebody stands before the Worker, or the route does not exist. */
  readonly settled: boolean;
}

/** What the answer must come from, and how that is known. */
export interface Expected {
  /** The new version; null when only wellness is asked (status). */
  readonly versionId: string | null;
  /** The URL answers for that version alone, whatever the answer says about itself. */
  readonly pinned: boolean;
}

/** What judging one answer needs. */
export interface AssessOptions {
  readonly check: HealthCheck;
  readonly expected: Expected;
  readonly url: string;
  /** Makes a text of the answer safe to show. */
  readonly show: (text: string) => string;
}

/**
 * Judges one answer. Healthy when it is as wanted and from the new version, as far as the Worker tells; from another
 * version `old-version`; from nobody yet `spreading`; from somebody before the Worker `inconclusive`; and `unhealthy` when
 * the Worker itself answers badly. Pure.
 */
export function assess(options: AssessOptions, measurement: Measurement): Assessment {
  const { check, expected } = options;
  const sign = signOf(measurement, options.url, check.expectStatus);
  const versionId = versionOf(check, measurement);
  const versionProven = isProven(options, measurement, versionId);
  const base = { versionId, versionProven, hint: null, settled: false };
  if (sign !== null && sign.kind !== 'exception') return { ...base, versionProven: false, ...ofSign(sign) };
  if (
    versionId !== null &&
    expected.versionId !== null &&
    versionId !== expected.versionId &&
    !expected.pinned
  ) {
    const message = `version ${versionId} answered, not ${expected.versionId}`;
    return { ...base, verdict: 'old-version', message };
  }
  if (sign !== null) return { ...base, verdict: 'unhealthy', message: sign.message };
  const bad = check.configured ? mismatch(options, measurement) : unwelcome(measurement);
  if (bad !== null) return { ...base, ...bad };
  return { ...base, ...wellAs(options, measurement, versionProven) };
}

function ofSign({
  kind,
  message,
  hint,
  passing,
}: Sign): Pick<Assessment, 'verdict' | 'message' | 'hint' | 'settled'> {
  return { verdict: kind === 'spreading' ? 'spreading' : 'inconclusive', message, hint, settled: !passing };
}

/** The version that an answer names, in a version's own form; null when it names none. */
export function versionOf({ versionFrom }: HealthCheck, measurement: Measurement): string | null {
  if (versionFrom === null) return null;
  const found = versionFrom.startsWith('header:')
    ? measurement.headers[versionFrom.slice('header:'.length).trim().toLowerCase()]
    : atPath(measurement.json, versionFrom);
  // What stands there comes from outside and is shown and recorded, so anything else is no version.
  return typeof found === 'string' && UUID.test(found) ? found.toLowerCase() : null;
}

/** A version's id is known to nobody before the version exists, so an answer that holds it is that version's. */
function isProven(
  { check, expected }: AssessOptions,
  { text, status }: Measurement,
  named: string | null,
): boolean {
  if (status === null || expected.versionId === null) return false;
  if (expected.pinned || named === expected.versionId) return true;
  return check.versionFrom === null && text.includes(expected.versionId);
}

type Judgement = Pick<Assessment, 'verdict' | 'message'> & Partial<Assessment>;

/** Nobody said what is well: a failure of the server is sick, and of anything but success nothing is known. */
function unwelcome({ status }: Measurement): Judgement | null {
  const code = status ?? 0;
  if (code >= 200 && code < 300) return null;
  if (code >= 500) return { verdict: 'unhealthy', message: `HTTP ${code}` };
  return {
    verdict: 'inconclusive',
    message: `HTTP ${code}, and no health check is configured that says what is well`,
    hint: 'Set healthCheck in tenant.config.json: `path` to a route that answers, or `expectStatus`; or false for a Worker without one.',
    settled: true,
  };
}

function mismatch(options: AssessOptions, measurement: Measurement): Judgement | null {
  const { check, expected, show } = options;
  const { status } = measurement;
  if (!check.expectStatus.includes(status ?? 0)) {
    const message = `HTTP ${status}, expected ${check.expectStatus.join(' or ')}`;
    const isOwn = versionOf(check, measurement) === expected.versionId && expected.versionId !== null;
    // A firewall says 403 as well as a Worker does.
    return status === 403 && !isOwn
      ? {
          verdict: 'inconclusive',
          message: `${message}: the check may not be allowed to ask`,
          hint: 'Send what is wanted with healthCheck.headers, or name an open route with healthCheck.path.',
          settled: true,
        }
      : { verdict: 'unhealthy', message };
  }
  for (const [path, wanted] of Object.entries(check.expectJson ?? {})) {
    if (measurement.json === undefined) return { verdict: 'unhealthy', message: 'the answer is not JSON' };
    const found = atPath(measurement.json, path);
    if (JSON.stringify(found) !== JSON.stringify(wanted)) {
      const shown = found === undefined ? 'missing' : show(JSON.stringify(found));
      return { verdict: 'unhealthy', message: `${path} is ${shown}, expected ${JSON.stringify(wanted)}` };
    }
  }
  return null;
}

function wellAs({ check, expected }: AssessOptions, { status }: Measurement, proven: boolean): Judgement {
  const message = `HTTP ${status}${check.configured ? ' as expected' : ''}`;
  if (proven || expected.versionId === null) return { verdict: 'healthy', message };
  if (check.versionFrom === null) {
    return { verdict: 'healthy', message: `${message}; the Worker does not tell its version` };
  }
  return {
    verdict: 'inconclusive',
    message: `the answer has no version at ${check.versionFrom}, so it may come from the old one`,
    hint: 'Let the Worker answer with the id of its version_metadata binding there, or correct healthCheck.versionFrom.',
  };
}

/** Value at a dotted path, own properties only. */
function atPath(value: Json | undefined, path: string): Json | undefined {
  return path.split('.').reduce(fieldOf, value);
}
