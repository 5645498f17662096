import {
  ApiError,
  BundleError,
  ConfigError,
  ConflictError,
  CredentialsError,
  DeployError,
  HealthError,
  RollbackError,
  type DeployErrorOptions,
} from '../errors.ts';
import type { Redactor } from './redact.ts';

/** Errors may be each other's causes; deeper than this nobody reads. */
const DEEPEST_CAUSE = 5;

/**
 * A copy of the error with every secret scrubbed from message, stack, hint, details, findings and causes. A cause becomes
 * a plain error with name, message and stack: whatever else a library hung on it (requests, headers) stays here.
 */
export function redactedError(error: unknown, redactor: Redactor): unknown {
  if (!(error instanceof DeployError)) return plainError(error, redactor, 0);
  const message = redactor.text(error.message);
  const options: DeployErrorOptions = {
    details: redactor.value(error.details),
    ...(error.hint === undefined ? {} : { hint: redactor.text(error.hint) }),
    ...(error.cause === undefined ? {} : { cause: plainError(error.cause, redactor, 1) }),
  };
  const copy = copyOf(error, message, { options, redactor });
  return withStack(copy, error, redactor);
}

function copyOf(
  error: DeployError,
  message: string,
  { options, redactor }: { readonly options: DeployErrorOptions; readonly redactor: Redactor },
): DeployError {
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

function plainError(error: unknown, redactor: Redactor, depth: number): Error {
  if (!(error instanceof Error)) return new Error(redactor.text(String(error)));
  const cause =
    error.cause === undefined || depth >= DEEPEST_CAUSE
      ? undefined
      : plainError(error.cause, redactor, depth + 1);
  const copy = new Error(redactor.text(error.message), cause === undefined ? undefined : { cause });
  copy.name = redactor.text(error.name);
  return withStack(copy, error, redactor);
}

/** A stack begins with the message, which may be long: what was hidden in it need not be looked for again. */
function withStack<T extends Error>(copy: T, { message, stack }: Error, redactor: Redactor): T {
  if (stack !== undefined) copy.stack = redactor.text(stack.replace(message, () => copy.message));
  return copy;
}
