import type { DeployResult } from '@cf-deploy/deployer';
import type { Command } from '../life.ts';

/** Calls that a command in good weather may need until it is done or gave up, all reads included. */
const MOST_CALLS = 24;
/** What undoing one step may need: whose deployment is live, whether the part is as the run left it, and the write. */
const CALLS_TO_UNDO = 3;

/** What one more look at all of it may need, where somebody else deployed meanwhile. */
const CALLS_TO_LOOK = 8;

/** It says how many calls it made, and made no more than it may. */
export function checkCalls({ network, others }: Command, { calls, steps }: DeployResult): readonly string[] {
  const undone = steps.filter(({ status }) => status === 'reverted' || status === 'left').length;
  const looks = others.seen === null ? 0 : CALLS_TO_LOOK;
  const most = MOST_CALLS + looks + CALLS_TO_UNDO * undone + 12 * network.faults.length;
  return [
    ...(calls === network.calls ? [] : [`it says ${calls} calls and made ${network.calls}`]),
    ...(calls <= most ? [] : [`it made ${calls} calls`]),
  ];
}
