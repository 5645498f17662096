import { z } from 'zod';
import type { ReadClient } from './client/calls.ts';
import { path } from './client/path.ts';

/** When Workers of an account were deployed last, as far as somebody asked. */
export interface DeployedTimes {
  /** By name, milliseconds since 1970; null: never deployed, or the answer has no time. */
  readonly times: ReadonlyMap<string, number | null>;
  /** The newest of them; 0 in an account without any. */
  readonly newest: number;
  /** Whether who is not among them was deployed before, which a list without an order or without pages does not tell. */
  readonly reachesBack: boolean;
}

const PER_PAGE = 100;
/** A server that ignores `page` must not keep us for ever; an account may have ten thousand Workers. */
const MOST_PAGES = 1_000;

const row = z.looseObject({ id: z.string(), name: z.string(), deployed_on: z.string().nullish() });
const rowsShape = z.array(row);

/**
 * The Workers of the account that were deployed at a time or after it, latest first: one call for each hundred. A Worker
 * that is not among them was deployed before. Every way to make a version live makes a deployment: uploads, rollbacks,
 * changed secrets, the dashboard.
 *
 * Source: List Workers of the newer API; `deployed_on` is when the most recent deployment was created.
 *
 * @param since milliseconds since 1970
 */
export async function listDeployedSince(reader: ReadClient, since: number): Promise<DeployedTimes> {
  const times = new Map<string, number | null>();
  let newest = 0;
  let oldest = Infinity;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const rows = await reader.read({
      purpose: 'list the Workers of the account that were deployed last',
      path: path`/accounts/${reader.accountId}/workers/workers`,
      query: { order_by: 'deployed_on', order: 'desc', page, per_page: PER_PAGE },
      shape: rowsShape,
    });
    const before = times.size;
    for (const { name, deployed_on: at } of rows) {
      const time = typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? Date.parse(at) : null;
      times.set(name, time);
      newest = Math.max(newest, time ?? 0);
      // An order that is not kept proves nothing about the pages after.
      if (time !== null) oldest = time > oldest ? -Infinity : time;
    }
    const ends = rows.length < PER_PAGE || (oldest < since && oldest !== -Infinity);
    if (ends) return { times, newest, reachesBack: true };
    if (times.size === before) break;
  }
  return { times, newest, reachesBack: false };
}
