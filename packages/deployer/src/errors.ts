import { ERROR_CODES, type ErrorCode } from './error-codes.ts';
import { compact, type Json } from './json.ts';
import type { Finding } from './findings/finding.ts';
import { machineRefusal } from './machine-error.ts';

/** Plain data about an error, by name. */
export type ErrorDetails = Readonly<Record<string, Json | object | undefined>>;

/** An error as results and the `--json` document have it. No stack, no cause. */
export interface ErrorJson {
  code: ErrorCode;
  message: string;
  hint?: string;
  details?: ErrorDetails;
}

/** Options every error of the hierarchy takes. */
export interface DeployErrorOptions {
  /** What the reader should do next, one sentence. */
  readonly hint?: string;
  /** Plain, secret-free data for `--json` (ids, names, API codes). */
  readonly details?: ErrorDetails;
  /** The error that was really thrown underneath, if there was one. */
  readonly cause?: unknown;
}

/**
 * Base of every error this library throws on purpose. `code` is stable and listed in `error-codes.ts`; `message` says
 * what happened and where; `hint` what to do next. Neither ever holds a token or a secret value.
 */
export class DeployError extends Error {
  override readonly name: string = 'DeployError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: DeployErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }

  /** Exit status of a command that ends with this error: 1 failed, 3 invalid input, 4 credentials. */
  get exitCode(): 1 | 3 | 4 {
    return ERROR_CODES[this.code].exitCode;
  }

  toJSON(): ErrorJson {
    return {
      code: this.code,
      message: this.message,
      ...compact({ hint: this.hint }),
      ...(Object.keys(this.details).length === 0 ? {} : { details: this.details }),
    };
  }
}

/** The local files or the command's input are wrong. Nothing was sent. Carries every finding, not only the first. */
export class ConfigError extends DeployError {
  override readonly name = 'ConfigError';
  readonly findings: readonly Finding[];

  constructor(
    code: ErrorCode,
    message: string,
    options: DeployErrorOptions & { readonly findings?: readonly Finding[] } = {},
  ) {
    const findings = options.findings ?? [];
    super(
      code,
      message,
      findings.length === 0 ? options : { ...options, details: { ...options.details, findings } },
    );
    this.findings = findings;
  }
}

/** The Worker's source did not compile, or is too large, or does not export what the configuration names. */
export class BundleError extends ConfigError {}

/** No usable token for a tenant, or one that lacks a permission. */
export class CredentialsError extends DeployError {
  override readonly name = 'CredentialsError';
}

/** The API refused a call or could not be reached. `details` has purpose, status, API codes and the ray id. */
export class ApiError extends DeployError {
  override readonly name = 'ApiError';
  /** HTTP status, or null when no answer came. */
  readonly status: number | null;
  /** Cloudflare's error numbers, in the order of the answer. */
  readonly apiCodes: readonly number[];

  constructor(
    code: ErrorCode,
    message: string,
    options: DeployErrorOptions & { readonly status: number | null; readonly apiCodes: readonly number[] },
  ) {
    super(code, message, {
      ...options,
      details: { ...options.details, status: options.status, apiCodes: options.apiCodes },
    });
    this.status = options.status;
    this.apiCodes = options.apiCodes;
  }
}

/** Someone else deployed in between, or holds the lock, or an older commit would replace a newer one. */
export class ConflictError extends DeployError {
  override readonly name = 'ConflictError';
}

/** The new version did not prove healthy. */
export class HealthError extends DeployError {
  override readonly name = 'HealthError';
}

/** A rollback that cannot be done, with the reason. */
export class RollbackError extends DeployError {
  override readonly name = 'RollbackError';
}

/** Any thrown value as an error of the hierarchy. */
export function asDeployError(thrown: unknown): DeployError {
  if (thrown instanceof DeployError) return thrown;
  const refusal = machineRefusal(thrown);
  if (refusal !== null)
    return new DeployError('MACHINE_REFUSED', refusal.message, { cause: thrown, hint: refusal.hint });
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new DeployError('INTERNAL', message, {
    cause: thrown,
    hint: 'This is a defect of cf-deploy; please report it.',
  });
}
