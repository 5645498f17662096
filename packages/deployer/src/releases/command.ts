import type { Finding } from '../findings/finding.ts';
import type { Selection } from './selection/selection.ts';
import type { DeployError } from '../errors.ts';
import { createRun, type Run, type World } from '../session/world.ts';
import { findMembers } from './selection/find-members.ts';
import type { FleetTarget } from './selection/fleet-target.ts';
import { DEFAULT_PARALLEL, runFleet } from './run.ts';
import { summarise } from './summary.ts';

/** How the targets of a command for many are taken. */
export interface FleetOptions {
  /** Tenants at once. @default 1 for deploys, 4 for what only reads */
  readonly parallel?: number | undefined;
  readonly continueOnError?: boolean;
}

/** What a command for many came to, target by target. */
export interface FleetResult<T> {
  readonly environment: string | null;
  readonly results: readonly (T & { readonly tenant: string })[];
  /** About the project as a whole: its sources of tenants, and targets that get in each other's way. Of `validate`. */
  readonly findings?: readonly Finding[];
  readonly summary: Readonly<Record<string, number>>;
  readonly calls: number;
  readonly durationMs: number;
  readonly record: string | null;
  /** Why there is no record of a run that should have one. */
  readonly recordError?: string;
}

/** A tenant that failed before there was a result of its own kind. */
export interface FailedTenant {
  readonly tenant: string;
  readonly environment: string | null;
  readonly error: ReturnType<DeployError['toJSON']>;
}

/** One target as the commands for one take it. */
export interface CommandTarget {
  readonly tenant: string;
  readonly env?: string;
  readonly worker?: string;
}

/** What one command does for each tenant. */
export interface FleetCommand<T> {
  /** Looks at the project after the last. */
  readonly after?: (run: Run) => Promise<void>;
  readonly work: (run: Run, target: CommandTarget) => Promise<T>;
  /** What stands for a tenant that failed before it had a result. */
  readonly failed: (tenant: string, error: DeployError) => T;
  /** The word it is counted under. */
  readonly word: (result: T) => string;
  readonly isFailure: (result: T) => boolean;
  readonly callsOf: (result: T) => number;
}

/** Runs a command that only reads for the selected targets, with shared reads, shared budget and shared builds. */
export async function runFleetCommand<T extends { readonly tenant: string }>(
  world: World,
  selection: Selection & FleetOptions,
  command: FleetCommand<T>,
): Promise<FleetResult<T>> {
  const started = world.now();
  const run = createRun(world);
  const { env } = selection;
  const members = await findMembers(world, run, selection, { withFacts: false });
  const outcomes = await runFleet(
    members,
    async (member) => {
      const { tenant } = member;
      world.emit({ type: 'tenant-started', tenant, environment: env ?? null });
      const result = await command.work(run, commandTarget(member, env));
      world.emit({ type: 'tenant-finished', tenant, status: command.word(result) });
      return result;
    },
    {
      parallel: selection.parallel ?? DEFAULT_PARALLEL,
      continueOnError: true,
      isFailure: command.isFailure,
    },
  );
  await command.after?.(run);
  const results = outcomes.flatMap((outcome): readonly T[] => {
    if (outcome.kind === 'done') return [outcome.value];
    if (outcome.kind === 'skipped') return [];
    const { tenant } = outcome.item;
    world.emit({ type: 'tenant-finished', tenant, status: 'failed' });
    return [command.failed(tenant, outcome.error)];
  });
  return {
    environment: env === undefined || env === '' ? null : env,
    results,
    summary: summarise(results.map(command.word)),
    calls: results.reduce((sum, result) => sum + command.callsOf(result), 0),
    durationMs: world.now() - started,
    record: null,
  };
}

/** A target of a release as the commands for one take it. */
export function commandTarget({ tenant, worker }: FleetTarget, env: string | undefined): CommandTarget {
  return { tenant, ...(env === undefined ? {} : { env }), ...(worker === null ? {} : { worker }) };
}
