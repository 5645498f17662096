import type { Finding } from '../findings/finding.ts';
import type { Selection } from './selection/selection.ts';
import type { DeployError } from '../errors.ts';
import { createRun, type Run, type World } from '../session/world.ts';
import { findMembers } from './selection/find-members.ts';
import { type CommandTarget, commandTarget } from './selection/fleet-target.ts';
import { DEFAULT_PARALLEL, runFleet } from './run.ts';
import { existsSync } from 'node:fs';
import { type LiveMemory, NO_MEMORY } from '../sections/live-memory.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import { withStore } from './open-store.ts';
import { summarise } from './summary.ts';
import { countCalls } from './sweep/count-calls.ts';
import { createSweep } from './sweep/sweep.ts';

/** How the targets of a command for many are taken. */
export interface FleetOptions {
  /** Tenants at once. @default 1 for deploys, 4 for what only reads */
  readonly parallel?: number | undefined;
  readonly continueOnError?: boolean;
}

/** How much a command that only reads looks at. */
export interface LookOptions {
  /**
   * Reads every target part by part. Else one that the lists of its account show untouched is taken as it was remembered,
   * and the result names what lists do not show.
   * @default false
   */
  readonly full?: boolean;
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

/** What one command does for each tenant. */
export interface FleetCommand<T> {
  /** Looks at the project after the last. */
  readonly after?: (run: Run) => Promise<void>;
  readonly work: (target: CommandTarget, place: FleetPlace) => Promise<T>;
  /** What stands for a tenant that failed before it had a result. */
  readonly failed: (tenant: string, error: DeployError) => T;
  /** The word it is counted under. */
  readonly word: (result: T) => string;
  readonly isFailure: (result: T) => boolean;
}

/** Where the targets of one command are worked on. */
export interface FleetPlace {
  /** It counts the calls of all of them. */
  readonly world: World;
  readonly run: Run;
  /** What is remembered of a target. */
  readonly memory: (context: TenantContext) => LiveMemory;
}

/** Runs a command that only reads for the selected targets, with shared reads, shared budget and shared builds. */
export async function runFleetCommand<T extends { readonly tenant: string }>(
  outside: World,
  selection: Selection & FleetOptions & LookOptions,
  command: FleetCommand<T>,
): Promise<FleetResult<T>> {
  const { world, calls } = countCalls(outside);
  // A project without any releases gets no file.
  return existsSync(world.storeFile) ? withStore(world, (store) => runWith(store)) : runWith(null);

  async function runWith(store: ReleaseStore | null): Promise<FleetResult<T>> {
    const run = createRun(world);
    const sweep = store === null ? null : createSweep({ world, run, store });
    const memory: FleetPlace['memory'] = (context) =>
      sweep?.memory(context, selection.full ?? false) ?? NO_MEMORY;
    return { ...(await runTargets({ world, run, memory }, selection, command)), calls: calls() };
  }
}

async function runTargets<T extends { readonly tenant: string }>(
  place: FleetPlace,
  selection: Selection & FleetOptions,
  command: FleetCommand<T>,
): Promise<Omit<FleetResult<T>, 'calls'>> {
  const { world, run } = place;
  const started = world.now();
  const { env } = selection;
  const members = await findMembers(world, run, selection, { withFacts: false });
  const outcomes = await runFleet(
    members,
    async (member) => {
      const { tenant } = member;
      world.emit({ type: 'tenant-started', tenant, environment: env ?? null });
      const result = await command.work(commandTarget(member, env), place);
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
    durationMs: world.now() - started,
    record: null,
  };
}
