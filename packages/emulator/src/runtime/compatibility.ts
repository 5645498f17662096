import { supportedCompatibilityDate } from './process/miniflare.ts';

/** Behaviour of a Worker uploaded without a date. Source: docs, "Multipart upload metadata". */
const OLDEST_DATE = '2021-11-02';

/**
 * The date to hand to workerd. A date newer than this workerd knows runs as its newest, as the newest behaviour we have.
 * @param date `YYYY-MM-DD` of the version, or null when it has none.
 */
export function runnableDate(date: string | null): string {
  if (date === null) return OLDEST_DATE;
  return date > supportedCompatibilityDate ? supportedCompatibilityDate : date;
}
