import type { Command } from 'commander';
import type { LookOptions } from '@cf-deploy/deployer';
import { UsageError } from '../usage-error.ts';

/** Flags that say how much is read of each tenant. */
export interface LookFlags {
  readonly full?: boolean;
}

/** Adds them. */
export function addLookFlags(command: Command): Command {
  return command.option(
    '--full',
    'with --all: read every tenant one by one, whatever the lists of the account say',
  );
}

/** The flags as the library takes them. @throws UsageError without `--all` */
export function lookOptions({ full }: LookFlags, many: boolean): LookOptions {
  if (full === true && !many) {
    throw new UsageError('--full needs --all.', 'One tenant is always read whole: leave it out.');
  }
  return full === undefined ? {} : { full };
}
