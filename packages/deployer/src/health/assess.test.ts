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

describe('the whole of what an answer says', () => {
  const UNCONFIGURED = { configured: false, expectJson: null, versionFrom: null };
  const named = (id: string) => ({ status: 'ok', version: { id } });
  const base = { versionId: null, versionProven: false, hint: null, settled: false };
  const own = { versionId: NEW, versionProven: true };
  test.each<[string, Measurement, Partial<HealthCheck>, Partial<Expected>, Partial<Assessment>]>([
    ['well', answer(named(NEW)), {}, {}, { ...own, verdict: 'healthy', message: 'HTTP 200 as expected' }],
    [
      'well, and nobody asks for a version',
      answer(named(OLD)),
      {},
      { versionId: null },
      { versionId: OLD, verdict: 'healthy', message: 'HTTP 200 as expected' },
    ],
    [
      'well, of another version at the URL of one alone',
      answer(named(OLD)),
      {},
      { pinned: true },
      { versionId: OLD, versionProven: true, verdict: 'healthy', message: 'HTTP 200 as expected' },
    ],
    [
      'of another version',
      answer(named(OLD), 503),
      {},
      {},
      { versionId: OLD, verdict: 'old-version', message: `version ${OLD} answered, not ${NEW}` },
    ],
    [
      'without a version',
      answer({ status: 'ok' }),
      {},
      {},
      {
        verdict: 'inconclusive',
        message: 'the answer has no version at version.id, so it may come from the old one',
        hint: 'Let the Worker answer with the id of its version_metadata binding there, or correct healthCheck.versionFrom.',
      },
    ],
    [
      'where none is told',
      answer({ status: 'ok' }),
      { versionFrom: null },
      {},
      { verdict: 'healthy', message: 'HTTP 200 as expected; the Worker does not tell its version' },
    ],
    [
      'another status',
      answer(named(NEW), 500),
      { expectStatus: [200, 204] },
      {},
      { ...own, verdict: 'unhealthy', message: 'HTTP 500, expected 200 or 204' },
    ],
    [
      'a refusal of its own',
      answer(named(NEW), 403),
      {},
      {},
      { ...own, verdict: 'unhealthy', message: 'HTTP 403, expected 200' },
    ],
    [
      'a refusal of whoever',
      answer('no', 403),
      {},
      {},
      {
        verdict: 'inconclusive',
        message: 'HTTP 403, expected 200: the check may not be allowed to ask',
        hint: 'Send what is wanted with healthCheck.headers, or name an open route with healthCheck.path.',
        settled: true,
      },
    ],
    [
      'a refusal where nobody asks for a version',
      answer('no', 403),
      {},
      { versionId: null },
      {
        verdict: 'inconclusive',
        message: 'HTTP 403, expected 200: the check may not be allowed to ask',
        hint: 'Send what is wanted with healthCheck.headers, or name an open route with healthCheck.path.',
        settled: true,
      },
    ],
    ['no JSON', answer('hello'), {}, {}, { verdict: 'unhealthy', message: 'the answer is not JSON' }],
    [
      'no JSON where none is wanted',
      answer(`hello from ${NEW}`),
      { expectJson: null, versionFrom: null },
      {},
      { versionProven: true, verdict: 'healthy', message: 'HTTP 200 as expected' },
    ],
    [
      'a field that is missing',
      answer({ version: { id: NEW } }),
      {},
      {},
      { ...own, verdict: 'unhealthy', message: 'status is missing, expected "ok"' },
    ],
    [
      'the second of two fields',
      answer({ ...named(NEW), db: { up: false } }),
      { expectJson: { status: 'ok', 'db.up': true } },
      {},
      { ...own, verdict: 'unhealthy', message: 'db.up is false, expected true' },
    ],
    [
      'a failure of the Worker',
      answer('error code: 1101', 500),
      {},
      {},
      { verdict: 'unhealthy', message: 'the Worker failed (HTTP 500, error 1101)' },
    ],
    [
      'a failure at the URL of one version alone',
      answer('error code: 1101', 500),
      {},
      { pinned: true },
      { versionProven: true, verdict: 'unhealthy', message: 'the Worker failed (HTTP 500, error 1101)' },
    ],
    [
      'a host that is not there yet',
      answer('error code: 1042', 404),
      {},
      { pinned: true },
      {
        verdict: 'spreading',
        message: 'the host answers, but no Worker is there yet (HTTP 404, error 1042)',
        hint: expect.stringContaining('in a minute') as string,
      },
    ],
    [
      'a login',
      answer('', 302, { location: '/login' }),
      {},
      {},
      {
        verdict: 'inconclusive',
        message: 'a login stands before the Worker (HTTP 302)',
        hint: expect.stringContaining('Let the check through') as string,
        settled: true,
      },
    ],
    [
      'no answer',
      makeMeasurement({ status: null, error: 'ECONNRESET', errorCode: 'ECONNRESET' }),
      {},
      { pinned: true },
      { verdict: 'inconclusive', message: 'no answer: ECONNRESET' },
    ],
    [
      'success nobody configured',
      answer('x', 299),
      UNCONFIGURED,
      {},
      { verdict: 'healthy', message: 'HTTP 299; the Worker does not tell its version' },
    ],
    [
      'success nobody configured, and nobody asks for a version',
      answer('x', 200),
      UNCONFIGURED,
      { versionId: null },
      { verdict: 'healthy', message: 'HTTP 200' },
    ],
    [
      'failure nobody configured',
      answer('x', 500),
      UNCONFIGURED,
      {},
      { verdict: 'unhealthy', message: 'HTTP 500' },
    ],
    [
      'neither, and nobody configured anything',
      answer('x', 499),
      UNCONFIGURED,
      {},
      {
        verdict: 'inconclusive',
        message: 'HTTP 499, and no health check is configured that says what is well',
        hint: expect.stringContaining('Set healthCheck in tenant.config.json') as string,
        settled: true,
      },
    ],
    [
      'less than success',
      answer('x', 199),
      UNCONFIGURED,
      {},
      { verdict: 'inconclusive', hint: expect.any(String) as string, settled: true },
    ],
  ])('%s', (_what, measurement, fields, expected, told) => {
    expect(judge(measurement, fields, { ...EXPECTED, ...expected })).toEqual({
      message: expect.any(String) as string,
      ...base,
      ...told,
    });
  });
});

test.each([
  [null, { 'x-v': NEW }, null],
  ['header:x-v', { 'x-v': NEW.toUpperCase() }, NEW],
  ['header: X-V ', { 'x-v': NEW }, NEW],
  ['header:x-v', {}, null],
  ['x-v', { 'x-v': NEW }, null],
])('a version from %j of headers %j is %j', (versionFrom, headers, found) => {
  expect(versionOf(makeHealthCheck({ versionFrom }), answer('{}', 200, headers))).toBe(found);
});
