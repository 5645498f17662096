import type { Command } from 'commander';

/** Flags that let a deploy take what it would refuse to touch. */
export interface TakeOverFlags {
  readonly takeOver?: boolean;
  readonly takeOverSplit?: boolean;
}

/** Adds them. */
export function addTakeOverFlags(command: Command): Command {
  return command
    .option(
      '--take-over',
      'take a Worker that another tenant deployed, and routes and custom domains of other Workers',
    )
    .option('--take-over-split', 'end a split of the traffic over two versions that somebody left');
}
