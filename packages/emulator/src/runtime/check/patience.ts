/** The longest a deadline is stretched: a script that never ends has to be called so some time. */
const MOST = 12;

/**
 * Time to wait for something that may use so much of the processor. On a machine where several want each core, a healthy
 * script gets its share only, and must not be called one that does not start.
 *
 * @param ms what it may take on a machine that has nothing else to do
 * @param load processes that want to run, as of the last minute; 0 where the system does not tell
 */
export function patience(ms: number, load: number, cores: number): number {
  return ms * Math.min(MOST, Math.max(1, load / Math.max(1, cores)));
}
