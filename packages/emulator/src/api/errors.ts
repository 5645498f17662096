import { FAILURES, type FailureName } from './failures.ts';
import type { JsonObject } from '../json.ts';

/** One entry of an answer's `errors`. */
export type ApiErrorBody = {
  code: number;
  message: string;
  documentation_url?: string;
  error_chain?: { code: number; message: string }[];
  meta?: JsonObject;
};

/** A refused request: becomes an answer with `success: false`. */
export class ApiFailure extends Error {
  override name = 'ApiFailure';
  readonly status: number;
  readonly errors: ApiErrorBody[];
  /** Headers the answer carries. */
  readonly headers: Record<string, string>;
  /** Which of the failures it is. */
  readonly failure: FailureName | undefined;
  constructor(
    status: number,
    errors: ApiErrorBody[],
    headers: Record<string, string> = {},
    name?: FailureName,
  ) {
    super(errors.map((error) => `${error.message} [${error.code}]`).join('; '));
    this.status = status;
    this.errors = errors;
    this.headers = headers;
    this.failure = name;
  }
}

/** The failure of that name, with a text or further fields in place of the default ones. */
export function failure(
  name: FailureName,
  message?: string,
  extra: Omit<ApiErrorBody, 'code' | 'message'> = {},
): ApiFailure {
  const [status, code, text] = FAILURES[name];
  return new ApiFailure(status, [{ code, message: message ?? text, ...extra }], {}, name);
}

/** The request's connection is to be cut instead of answered (a fault the user dialled). */
export class ConnectionReset extends Error {
  override name = 'ConnectionReset';
  readonly code = 'ECONNRESET';
}
