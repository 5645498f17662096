import { describe, expect, test } from 'vitest';
import { makeMeasurement } from '../../test/support/measurement.ts';
import { makeHealthCheck } from '../../test/support/worker.ts';
import type { HealthCheck } from '../resolve/resolved-worker.ts';
import { assess, versionOf, type Assessment, type Expected } from './assess.ts';
import type { Measurement } from './probe.ts';

const NEW = '11111111-0000-4000-8000-000000000000';
const OLD = '22222222-0000-4000-8000-000000000000';
const EXPECTED: Expected = { versionId: NEW, pinned: false };

const answer = (body: object | string, status = 200, headers: Record<string, string> = {}): Measurement =>
  makeMeasurement({ status, headers, text: typeof body === 'string' ? body : JSON.stringify(body) });
const judge = (
  measurement: Measurement,
  fields: Partial<HealthCheck> = {},
  expected: Expected = EXPECTED,
): Assessment =>
  assess(
    {
      check: makeHealthCheck(fields),
      expected,
      url: 'https://acme.test.workers.dev/health',
      show: (text) => text.slice(0, 20),
    },
    measurement,
  );

test.each([
  ['a good answer from the new version', answer({ status: 'ok', version: { id: NEW } }), 'healthy'],
  ['a good answer from another version', answer({ status: 'ok', version: { id: OLD } }), 'old-version'],
  ['a bad answer from another version', answer({ status: 'no', version: { id: OLD } }, 503), 'old-version'],
  ['a bad answer from the new version', answer({ status: 'no', version: { id: NEW } }), 'unhealthy'],
  ['another status', answer({ status: 'ok', version: { id: NEW } }, 500), 'unhealthy'],
  ['an answer that is not JSON', answer('hello'), 'unhealthy'],
  ['an exception', answer('error code: 1101', 500), 'unhealthy'],
  ['a good answer that names no version', answer({ status: 'ok' }), 'inconclusive'],
  [
    'a version that has not the form of one',
    answer({ status: 'ok', version: { id: 'AKIA…' } }),
    'inconclusive',
  ],
  ['a refusal that names no version', answer('Forbidden', 403), 'inconclusive'],
  ['a refusal by the new version', answer({ version: { id: NEW } }, 403), 'unhealthy'],
  ['the page of a host without a Worker', answer('<h1>There is nothing here yet</h1>'), 'spreading'],
  [
    'an unknown name',
    makeMeasurement({ status: null, error: 'ENOTFOUND', errorCode: 'ENOTFOUND' }),
    'spreading',
  ],
  [
    'no answer',
    makeMeasurement({ status: null, error: 'ECONNRESET', errorCode: 'ECONNRESET' }),
    'inconclusive',
  ],
  ['a login', answer('', 302, { location: '/login' }), 'inconclusive'],
  ['a limit', answer('slow down', 429), 'inconclusive'],
])('%s is %s', (_what, measurement, expected) => {
  expect(judge(measurement).verdict).toBe(expected);
});

describe('where nobody configured a check', () => {
  const DEFAULT = { configured: false, expectJson: null, versionFrom: null };

  test.each([
    [200, 'healthy'],
    [204, 'healthy'],
    [404, 'inconclusive'],
    [400, 'inconclusive'],
    [403, 'inconclusive'],
    [302, 'inconclusive'],
    [500, 'unhealthy'],
    [503, 'unhealthy'],
  ])('status %i is %s', (status, verdict) => {
    expect(judge(answer('hello', status), DEFAULT).verdict).toBe(verdict);
  });

  test('a page of an exception is sick', () => {
    expect(judge(answer('error code: 1102', 503), DEFAULT).verdict).toBe('unhealthy');
  });

  test('what cannot be told names the setting that would tell', () => {
    expect(judge(answer('Not found', 404), DEFAULT).hint).toContain('healthCheck');
  });

  test('an answer that holds the id of the new version proves it', () => {
    expect(judge(answer(`version ${NEW}`), DEFAULT)).toMatchObject({
      verdict: 'healthy',
      versionProven: true,
    });
    expect(judge(answer('hello'), DEFAULT)).toMatchObject({ verdict: 'healthy', versionProven: false });
  });
});

test('a Worker that does not tell its version is taken at its word, and that is said', () => {
  const judged = judge(answer({ status: 'ok' }), { versionFrom: null });
  expect(judged).toMatchObject({ verdict: 'healthy', versionProven: false });
  expect(judged.message).toContain('does not tell its version');
});

test('the version may stand in a header', () => {
  const measurement = answer({ status: 'ok' }, 200, { 'x-version': NEW.toUpperCase() });
  expect(judge(measurement, { versionFrom: 'header: X-Version' })).toMatchObject({
    verdict: 'healthy',
    versionProven: true,
  });
});

test('a version at its own URL need not name itself', () => {
  const judged = judge(answer({ status: 'ok' }), {}, { versionId: NEW, pinned: true });
  expect(judged).toMatchObject({ verdict: 'healthy', versionProven: true });
});

test.each(['ASIAXYZ', '{"AccessKeyId":"x"}', 'a'.repeat(36), '', `${NEW}\n::error::`])(
  'what has not the form of a version is none, so it is neither shown nor recorded: %s',
  (id) => {
    expect(versionOf(makeHealthCheck(), answer({ version: { id } }))).toBeNull();
    expect(
      versionOf(makeHealthCheck({ versionFrom: 'header:server' }), answer('', 200, { server: id })),
    ).toBeNull();
  },
);

test('a value that is not as wanted is shown only as the caller lets it', () => {
  const { message } = judge(answer({ status: 'x'.repeat(500), version: { id: NEW } }));
  expect(message).toBe(`status is "${'x'.repeat(19)}, expected "ok"`);
});

test('a path never reaches inherited properties', () => {
  const measurement = answer({ status: 'ok', version: { id: NEW } });
  expect(judge(measurement, { expectJson: { 'constructor.name': 'Object' } }).verdict).toBe('unhealthy');
});
