import { expect, test } from 'vitest';
import { makeHealthCheck } from '../../test/support/worker.ts';
import { assess } from './assess.ts';
import type { Measurement } from './probe.ts';

const answer = (json: unknown, status = 200, headers: Record<string, string> = {}): Measurement => ({
  status,
  headers,
  text: typeof json === 'string' ? json : JSON.stringify(json),
  json: typeof json === 'string' ? undefined : json,
  latencyMs: 1,
  error: null,
});
const NEW = { versionId: 'new', pinned: false };
const verdict = (measurement: Measurement, fields = {}, expected = NEW): string =>
  assess(makeHealthCheck(fields), expected, measurement).verdict;

test.each([
  ['a good answer from the new version', answer({ status: 'ok', version: { id: 'new' } }), 'healthy'],
  ['a good answer from another version', answer({ status: 'ok', version: { id: 'old' } }), 'old-version'],
  ['a bad answer from another version', answer({ status: 'no', version: { id: 'old' } }, 503), 'old-version'],
  ['a bad answer from the new version', answer({ status: 'no', version: { id: 'new' } }), 'unhealthy'],
  ['another status', answer({ status: 'ok', version: { id: 'new' } }, 500), 'unhealthy'],
  ['an answer that is not JSON', answer('hello'), 'unhealthy'],
  ['a good answer that names no version', answer({ status: 'ok' }), 'inconclusive'],
  ['the page of a host without a Worker', answer('<h1>There is nothing here yet</h1>'), 'inconclusive'],
  ['no answer', { ...answer(''), status: null, error: 'ENOTFOUND' }, 'inconclusive'],
])('%s is %s', (_what, measurement, expected) => {
  expect(verdict(measurement)).toBe(expected);
});

test('a Worker that does not tell its version is taken at its word', () => {
  expect(verdict(answer({ status: 'ok' }), { versionFrom: null })).toBe('healthy');
});

test('the page of a host without a Worker is not healthy even when nothing is expected of the body', () => {
  const page = answer('There is nothing here yet');
  expect(verdict(page, { versionFrom: null, expectJson: null })).toBe('inconclusive');
});

test('the version may stand in a header', () => {
  const measurement = answer({ status: 'ok' }, 200, { 'x-version': 'new' });
  expect(verdict(measurement, { versionFrom: 'header: X-Version' })).toBe('healthy');
});

test('a version at its own URL need not name itself', () => {
  expect(verdict(answer({ status: 'ok' }), {}, { versionId: 'new', pinned: true })).toBe('healthy');
});

test('a path never reaches inherited properties', () => {
  expect(verdict(answer({ status: 'ok' }), { expectJson: { 'constructor.name': 'Object' } })).toBe(
    'unhealthy',
  );
});
