import { isObject, type Json, type JsonObject, parseJson } from '../../json.ts';
import type { ApiFault } from './api-error.ts';

/** An answer that is a file. */
export interface RawAnswer {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** With parameters, as a multipart body needs them. */
  readonly contentType: string;
}

/** The API's answer, taken apart without trusting it. */
export interface Envelope {
  readonly success: boolean;
  readonly result: Json | RawAnswer;
  readonly errors: readonly ApiFault[];
  readonly info: JsonObject;
}

/**
 * Reads an answer's body. An empty body is a success without result; null when it is not the API's envelope.
 * `errors` and `messages` may be null on success; `error_chain` nests causes.
 */
export function readEnvelope(text: string): Envelope | null {
  if (text === '') return { success: true, result: null, errors: [], info: {} };
  const body = parse(text);
  if (!isObject(body) || typeof body['success'] !== 'boolean') return null;
  return {
    success: body['success'],
    result: body['result'] ?? null,
    errors: readFaults(body['errors']),
    info: isObject(body['result_info']) ? body['result_info'] : {},
  };
}

function readFaults(value: Json | undefined): ApiFault[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, 20).flatMap((entry) => {
    if (!isObject(entry)) return [];
    const code = Number(entry['code']);
    const message = typeof entry['message'] === 'string' ? entry['message'].slice(0, 2_000) : '';
    return [{ code: Number.isFinite(code) ? code : 0, message }, ...readFaults(entry['error_chain'])];
  });
}

function parse(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
