import { z } from 'zod';
import type { ReadCall, ReadClient } from './calls.ts';

/** More pages than any list we read has; a server that ignores `page` must not keep us for ever. */
const MOST_PAGES = 100;

/**
 * Every entry of a list with `page`/`per_page`. Stops at the total that `result_info` names, at a short page, or at a
 * page that repeats the one before.
 */
export async function readAllPages<T>(
  reader: ReadClient,
  call: Omit<ReadCall<readonly T[]>, 'shape'> & { readonly item: z.ZodType<T> },
  perPage = 100,
): Promise<readonly T[]> {
  const { item, ...rest } = call;
  const shape = z.array(item);
  const all: T[] = [];
  let before = '';
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { result, info } = await reader.page({
      ...rest,
      query: { ...rest.query, page, per_page: perPage },
      shape,
    });
    const seen = JSON.stringify(result);
    if (result.length === 0 || seen === before) return all;
    before = seen;
    all.push(...result);
    const total = Number(info['total_count']);
    const ends =
      Number.isFinite(total) && info['total_count'] !== null ? all.length >= total : result.length < perPage;
    if (ends) return all;
  }
  return all;
}
