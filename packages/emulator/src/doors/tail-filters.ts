import { refuseUnknown } from '../api/body.ts';
import { failure } from '../api/errors.ts';
import type { TailFilter } from '../store/model/scripts.ts';
import type { WorkerLogEvent } from '../runtime/contract.ts';
import { isObject } from '../json.ts';
import type { Json } from '../json.ts';

/** Filters that need the request of an event, which log lines here do not carry. */
const NEEDS_REQUEST = ['method', 'header', 'client_ip'];

/**
 * Reads `filters` of a tail, as wrangler sends them: one object per filter.
 * @throws 10021 for a filter of the wrong form, 501 for those that need the event's request.
 */
export function readTailFilters(value: Json | undefined): TailFilter[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw failure('invalidRequest', 'filters must be a list.');
  return value.map((filter) => {
    if (!isObject(filter)) throw failure('invalidRequest', 'A filter must be an object.');
    const unable = NEEDS_REQUEST.find((field) => filter[field] !== undefined);
    if (unable !== undefined)
      throw failure('notEmulated', `The embedded Cloudflare does not filter tails by ${unable}.`);
    refuseUnknown(filter, ['sampling_rate', 'outcome', 'query', 'scriptVersion'], 'filters[].');
    const { sampling_rate: rate, outcome, query, scriptVersion } = filter;
    if (rate !== undefined && (typeof rate !== 'number' || rate < 0 || rate > 1))
      throw failure('invalidRequest', 'sampling_rate must be between 0 and 1.');
    if (
      outcome !== undefined &&
      !(Array.isArray(outcome) && outcome.every((item) => typeof item === 'string'))
    )
      throw failure('invalidRequest', 'outcome must be a list of texts.');
    if (![query, scriptVersion].every((item) => item === undefined || typeof item === 'string'))
      throw failure('invalidRequest', 'query and scriptVersion must be texts.');
    return filter as TailFilter;
  });
}

/**
 * True when an event passes every filter.
 * @param chance A number from 0 to 1 for this event, which decides sampling.
 */
export function passesTail(event: WorkerLogEvent, filters: readonly TailFilter[], chance: number): boolean {
  const outcome = event.level === 'exception' ? 'exception' : 'ok';
  return filters.every(
    (filter) =>
      (filter.sampling_rate === undefined || chance < filter.sampling_rate) &&
      (filter.outcome === undefined || filter.outcome.includes(outcome)) &&
      (filter.query === undefined || event.message.includes(filter.query)) &&
      (filter.scriptVersion === undefined || filter.scriptVersion === event.versionId),
  );
}
