import {
  ApiError,
  BundleError,
  ConfigError,
  ConflictError,
  CredentialsError,
  DeployError,
  HealthError,
  RollbackError,
} from '../errors.ts';
import type { Redactor } from './redact.ts';

/**
 * The same error with every secret scrubbed from message, hint, details and findings. An error that is clean already
 * stays the same object. The cause is dropped from a scrubbed one: it may hold what was scrubbed.
 */
export function redactedError(error: unknown, redactor: Redactor): unknown {
  if (!(error instanceof DeployError)) return error;
  const before = JSON.stringify(error.toJSON());
  if (redactor.text(before) === before) return error;
  const message = redactor.text(error.message);
  const options = {
    details: redactor.value(error.details),
    ...(error.hint === undefined ? {} : { hint: redactor.text(error.hint) }),
  };
  if (error instanceof ApiError) {
    return new ApiError(error.code, message, { ...options, status: error.status, apiCodes: error.apiCodes });
  }
  if (error instanceof ConfigError) {
    const Class = error instanceof BundleError ? BundleError : ConfigError;
    return new Class(error.code, message, { ...options, findings: redactor.value(error.findings) });
  }
  const Class = [CredentialsError, ConflictError, HealthError, RollbackError].find(
    (one) => error instanceof one,
  );
  return new (Class ?? DeployError)(error.code, message, options);
}
