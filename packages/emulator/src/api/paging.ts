import { assumed } from './behaviour.ts';
import type { Call } from './endpoint.ts';
import { failure } from './errors.ts';
import type { ResultInfo } from './envelope.ts';

/** What a list answers beyond its last page. */
export const BEYOND_LAST_PAGE = assumed(
  'page-beyond-last',
  'Every page of a list beyond the last is empty.',
  'A page beyond the last: 10004.',
);

/** One page of `items` by the query's `page` and `per_page`, with the page information to answer. */
export function paginate<T>(
  items: T[],
  { query, assumptions }: Pick<Call, 'query' | 'assumptions'>,
  perPageDefault = 20,
  perPageMax = 1000,
): { items: T[]; info: Required<Omit<ResultInfo, 'cursor'>> } {
  const page = positive(query, 'page', 1, Number.MAX_SAFE_INTEGER);
  const perPage = positive(query, 'per_page', perPageDefault, perPageMax);
  const start = (page - 1) * perPage;
  if (page > 1 && start >= items.length && !assumptions.hold(BEYOND_LAST_PAGE))
    throw failure('badParameter', 'There is no such page.');
  const slice = items.slice(start, start + perPage);
  return {
    items: slice,
    info: {
      page,
      per_page: perPage,
      count: slice.length,
      total_count: items.length,
      total_pages: Math.ceil(items.length / perPage),
    },
  };
}

/** Orders by the query's `direction` (`asc` by default). */
export function sortBy<T>(items: T[], query: URLSearchParams, by: (item: T) => string): T[] {
  const sorted = items.toSorted((a, b) => (by(a) < by(b) ? -1 : by(a) > by(b) ? 1 : 0));
  return query.get('direction') === 'desc' ? sorted.toReversed() : sorted;
}

function positive(query: URLSearchParams, name: string, fallback: number, max: number): number {
  const text = query.get(name);
  if (text === null || text === '') return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw failure('badParameter', `${name} must be a positive integer.`);
  return Math.min(value, max);
}
