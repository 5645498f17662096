import { createHash } from 'node:crypto';
import type { Life } from './life.ts';

/**
 * The same for two lives in which the same happened. Of what is asked at once, the order in which it is told is left out:
 * it depends on how many turns Node takes for an answer, and real requests take more than their doubles.
 */
export function digestOf({ story, faults, met: _met, ...rest }: Life): string {
  const life = { ...rest, story: story.toSorted(), faults: faults.toSorted() };
  return createHash('sha256').update(JSON.stringify(life)).digest('hex');
}
