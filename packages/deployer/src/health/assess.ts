import type { HealthCheck } from '../resolve/resolved-worker.ts';
import type { Measurement } from './probe.ts';

/** What one answer says about the new version. */
export type Assessment =
  | { readonly verdict: 'healthy'; readonly message: string }
  | { readonly verdict: 'unhealthy'; readonly message: string }
  | { readonly verdict: 'old-version'; readonly message: string }
  | { readonly verdict: 'inconclusive'; readonly message: string };

/** What the answer must come from, and how that is known. */
export interface Expected {
  /** The new version; null when only wellness is asked (status). */
  readonly versionId: string | null;
  /** The URL answers for that version alone, whatever the answer says about itself. */
  readonly pinned: boolean;
}

/** The page of a workers.dev host that no Worker answers yet: HTTP 200, but nobody is at home. */
const NOT_THERE = /there is nothing here yet/i;

/**
 * Judges one answer. Healthy only when it is as expected and provably from the new version; a good answer from another
 * version is `old-version`, a bad one of unknown origin counts as unhealthy, no answer as inconclusive. Pure.
 */
export function assess(check: HealthCheck, expected: Expected, measurement: Measurement): Assessment {
  if (measurement.error !== null) return { verdict: 'inconclusive', message: measurement.error };
  if (NOT_THERE.test(measurement.text)) {
    return { verdict: 'inconclusive', message: 'the host answers, but no Worker is there yet' };
  }
  const version = versionOf(check, measurement);
  const isOther = version !== null && expected.versionId !== null && version !== expected.versionId;
  if (isOther && !expected.pinned) {
    return {
      verdict: 'old-version',
      message: `version ${version} answered, not ${expected.versionId ?? ''}`,
    };
  }
  const wrong = mismatch(check, measurement);
  if (wrong !== null) return { verdict: 'unhealthy', message: wrong };
  if (expected.pinned || expected.versionId === null || version === expected.versionId) {
    return { verdict: 'healthy', message: `HTTP ${measurement.status} as expected` };
  }
  if (check.versionFrom === null) {
    return {
      verdict: 'healthy',
      message: `HTTP ${measurement.status} as expected; the Worker does not tell its version`,
    };
  }
  return {
    verdict: 'inconclusive',
    message: `the answer has no version at ${check.versionFrom}, so it may come from the old one`,
  };
}

/** The version that an answer names; null when it names none. */
export function versionOf(check: HealthCheck, measurement: Measurement): string | null {
  const { versionFrom } = check;
  if (versionFrom === null) return null;
  if (versionFrom.startsWith('header:')) {
    return measurement.headers[versionFrom.slice('header:'.length).trim().toLowerCase()] ?? null;
  }
  const found = atPath(measurement.json, versionFrom);
  return typeof found === 'string' && found !== '' ? found : null;
}

function mismatch(check: HealthCheck, measurement: Measurement): string | null {
  if (!check.expectStatus.includes(measurement.status ?? 0)) {
    return `HTTP ${measurement.status}, expected ${check.expectStatus.join(' or ')}`;
  }
  for (const [path, wanted] of Object.entries(check.expectJson ?? {})) {
    if (measurement.json === undefined) return 'the answer is not JSON';
    const found = atPath(measurement.json, path);
    if (JSON.stringify(found) !== JSON.stringify(wanted)) {
      return `${path} is ${(JSON.stringify(found) ?? 'missing').slice(0, 100)}, expected ${JSON.stringify(wanted)}`;
    }
  }
  return null;
}

/** Value at a dotted path, own properties only. */
function atPath(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((current, key) => {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    return (current as Record<string, unknown>)[key];
  }, value);
}
