import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { ApiError, BundleError, ConflictError, DeployError } from '../errors.ts';
import { createRedactor } from './redact.ts';
import { redactedError } from './redact-error.ts';
import { Secret } from './secret.ts';

const SECRET = 'planted-0123456789-Value';
const redactor = createRedactor([new Secret(SECRET)]);

/** As an HTTP library throws it: with the request on it. */
function libraryError(): Error {
  const error = new Error(`401 for ${SECRET}`, { cause: new Error(`socket of ${SECRET}`) });
  return Object.assign(error, { request: { headers: { authorization: `Bearer ${SECRET}` } } });
}

test.each([
  new ApiError('API_REFUSED', `said ${SECRET}`, { status: 400, apiCodes: [1], cause: libraryError() }),
  new ConflictError('CONFLICT', 'clean', { cause: libraryError() }),
  new DeployError('INTERNAL', 'clean', { hint: SECRET, details: { [SECRET]: [SECRET] } }),
  new BundleError('BUNDLE_FAILED', 'clean', {
    findings: [{ severity: 'error', code: 'x', path: SECRET, message: SECRET }],
  }),
])('no part of %s gives a secret away, however it is looked at', (error) => {
  const clean = redactedError(error, redactor) as DeployError;
  expect(inspect(clean, { depth: 20, showHidden: true })).not.toContain(SECRET);
  expect(inspect(clean.cause, { depth: 20 })).not.toContain('authorization');
  expect(clean).toBeInstanceOf(error.constructor);
  expect(clean).toMatchObject({ code: error.code, exitCode: error.exitCode });
});

test('what went wrong underneath is still told', () => {
  const error = new DeployError('INTERNAL', 'x', { cause: libraryError() });
  expect((redactedError(error, redactor) as Error).cause).toMatchObject({
    message: '401 for ***',
    cause: { message: 'socket of ***' },
  });
});
