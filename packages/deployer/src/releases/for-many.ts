import pLimit from 'p-limit';
import type { TargetCommand } from '../commands/command.ts';
import { asDeployError } from '../errors.ts';
import type { Finding } from '../findings/finding.ts';
import { environmentNamed } from '../session/target.ts';
import { createRun, type Run, type World } from '../session/world.ts';
import { findMembers } from './selection/find-members.ts';
import type { FleetTarget } from './selection/fleet-target.ts';
import type { Selection } from './selection/selection.ts';
import { summarise } from './summary.ts';
import { compact } from '../json.ts';

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

/** One target as the commands for one take it. */
export interface CommandTarget {
  readonly tenant: string;
  readonly env?: string;
  readonly worker?: string;
}

/** Tenants at once for a command that only reads, when nothing is said. */
const DEFAULT_PARALLEL = 4;

/**
 * Does one command that only reads for each selected target, so many at once, with shared reads, budget and builds.
 * Results keep the order of the selection; the failure of a target is in its result.
 * @throws ConfigError for a wrong selection
 */
export async function forMany<R extends { readonly tenant: string }>(
  world: World,
  selection: Selection & FleetOptions,
  command: TargetCommand<R> & { readonly work: (run: Run, target: CommandTarget) => Promise<R> },
): Promise<FleetResult<R>> {
  const started = world.now();
  const run = createRun(world);
  const { env } = selection;
  const environment = environmentNamed(env);
  const members = await findMembers(world, run, selection, { withFacts: false });
  const limit = pLimit(Math.max(1, Math.floor(selection.parallel ?? DEFAULT_PARALLEL)));
  const results = await Promise.all(
    members.map((member) =>
      limit(() =>
        oneOfMany(world, command, {
          tenant: member.tenant,
          environment,
          work: () => command.work(run, commandTarget(member, env)),
        }),
      ),
    ),
  );
  return {
    environment,
    results,
    summary: summarise(results.map(command.word)),
    calls: results.reduce((sum, result) => sum + command.calls(result), 0),
    durationMs: world.now() - started,
    record: null,
  };
}

/** Does a command for one of many targets: its beginning and its end are announced, and its failure is its result. */
export async function oneOfMany<R>(
  world: Pick<World, 'emit' | 'redactor'>,
  command: Pick<TargetCommand<R>, 'failed' | 'word'>,
  {
    tenant,
    environment,
    work,
  }: { readonly tenant: string; readonly environment: string | null; readonly work: () => Promise<R> },
): Promise<R> {
  world.emit({ type: 'tenant-started', tenant, environment });
  const result = await work().catch((thrown: unknown) =>
    command.failed({ tenant, environment, error: world.redactor.value(asDeployError(thrown).toJSON()) }),
  );
  world.emit({ type: 'tenant-finished', tenant, status: command.word(result) });
  return result;
}

/** A target of a release as the commands for one take it. */
export function commandTarget({ tenant, worker }: FleetTarget, env: string | undefined): CommandTarget {
  return { tenant, ...compact({ env }), ...(worker === null ? {} : { worker }) };
}
