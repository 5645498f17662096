import { failure } from '../../api/errors.ts';
import type { FailureName } from '../../api/failures.ts';
import type { JsonObject } from '../../json.ts';

/** Source: published operations that create KV namespaces and D1 databases. */
const JURISDICTIONS = ['eu', 'fedramp', 'us'];

/** `jurisdiction` of a request that creates something; nothing when it is not sent. */
export function readJurisdiction(body: JsonObject, bad: FailureName): { jurisdiction?: string } {
  const { jurisdiction = null } = body;
  if (jurisdiction === null) return {};
  if (typeof jurisdiction !== 'string' || !JURISDICTIONS.includes(jurisdiction))
    throw failure(bad, `jurisdiction must be ${JURISDICTIONS.join(', ')}.`);
  return { jurisdiction };
}
