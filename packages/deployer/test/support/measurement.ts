import { parseJson } from '../../src/json.ts';
import type { Measurement } from '../../src/health/probe.ts';

/** An answer of 200 with nothing in it; `fields` replace. Text is parsed when it is JSON. */
export function makeMeasurement(fields: Partial<Measurement> = {}): Measurement {
  const text = fields.text ?? '';
  return {
    status: 200,
    headers: {},
    text,
    json: text.startsWith('{') ? parseJson(text) : undefined,
    latencyMs: 1,
    error: null,
    errorCode: null,
    ...fields,
  };
}
