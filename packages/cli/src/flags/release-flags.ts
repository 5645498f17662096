import { InvalidArgumentError, type Command } from 'commander';
import type { ReleaseOptions } from '@cf-deploy/deployer';
import { seconds } from './duration.ts';
import { UsageError } from '../usage-error.ts';
import { compact } from '../compact.ts';

/** Flags that say how a release goes through its targets. */
export interface ReleaseFlags {
  readonly canary?: 'auto' | number;
  readonly bake?: number;
  readonly failureBudget?: string;
  readonly onFailure?: ReleaseOptions['onFailure'];
  readonly full?: boolean;
}

/** Adds them. */
export function addReleaseFlags(command: Command): Command {
  return command
    .option('--continue-on-error', 'with --all: go on with the other tenants when one fails')
    .option('--canary <n|auto>', 'with --all: first these many tenants, or one of every shape', canary)
    .option('--bake <time>', 'with --canary: how long it must stay healthy, such as 10m', seconds)
    .option('--failure-budget <n|%>', 'with --all: failures that are borne, such as 2 or 5% (default: 0)')
    .option('--on-failure <what>', 'with --all: stop (default), rollback-wave or rollback-release', whatThen)
    .option('--full', 'with --all: read every tenant one by one, whatever the lists of the account say');
}

/** The flags as the library takes them. @throws UsageError without `--all` */
export function releaseOptions(flags: ReleaseFlags, many: boolean): ReleaseOptions {
  const { canary: first, bake, failureBudget, onFailure, full } = flags;
  const given = Object.entries({
    '--canary': first,
    '--bake': bake,
    '--failure-budget': failureBudget,
    '--on-failure': onFailure,
    '--full': full,
  }).find(([, value]) => value !== undefined);
  if (!many && given !== undefined) throw new UsageError(`${given[0]} needs --all.`, 'Add --all.');
  if (bake !== undefined && first === undefined) {
    throw new UsageError('--bake needs --canary.', 'Waves of cf-deploy.config.ts have bakeSeconds.');
  }
  return compact({ canary: first, bakeSeconds: bake, failureBudget, onFailure, full });
}

function canary(value: string): 'auto' | number {
  if (value === 'auto') return value;
  if (!/^[1-9]\d{0,4}$/.test(value))
    throw new InvalidArgumentError('It needs "auto" or a whole number from 1.');
  return Number(value);
}

function whatThen(value: string): NonNullable<ReleaseOptions['onFailure']> {
  if (value === 'stop' || value === 'rollback-wave' || value === 'rollback-release') return value;
  throw new InvalidArgumentError('Allowed choices are stop, rollback-wave, rollback-release.');
}
