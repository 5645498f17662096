import { randomBytes } from 'node:crypto';
import { CALL_HEADER } from '../sources/router-source.ts';
import type { RouterCall } from '../sources/router-source.ts';

/**
 * What the routers of this process ask for with each call: workerd listens on a port that everybody on this machine can
 * reach, and the router reads and writes the data of every account.
 */
export const CALL_SECRET = randomBytes(32).toString('hex');

/** The header that hands a call to a router. */
export function callHeader(call: RouterCall): [name: string, value: string] {
  return [CALL_HEADER, `${CALL_SECRET} ${Buffer.from(JSON.stringify(call)).toString('base64')}`];
}
