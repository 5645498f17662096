import type { ApiFault } from './api-error.ts';

/** The API's answer, taken apart without trusting it. */
export interface Envelope {
  readonly success: boolean;
  readonly result: unknown;
  readonly errors: readonly ApiFault[];
  readonly info: Readonly<Record<string, unknown>>;
}

/**
 * Reads an answer's body. An empty body is a success without result; null when it is not the API's envelope.
 * `errors` and `messages` may be null on success; `error_chain` nests causes.
 */
export function readEnvelope(text: string): Envelope | null {
  if (text === '') return { success: true, result: null, errors: [], info: {} };
  const body = parse(text);
  if (!isRecord(body) || typeof body['success'] !== 'boolean') return null;
  return {
    success: body['success'],
    result: body['result'] ?? null,
    errors: readFaults(body['errors']),
    info: isRecord(body['result_info']) ? body['result_info'] : {},
  };
}

function readFaults(value: unknown): ApiFault[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, 20).flatMap((entry: unknown) => {
    if (!isRecord(entry)) return [];
    const code = Number(entry['code']);
    const message = typeof entry['message'] === 'string' ? entry['message'].slice(0, 2_000) : '';
    return [{ code: Number.isFinite(code) ? code : 0, message }, ...readFaults(entry['error_chain'])];
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
