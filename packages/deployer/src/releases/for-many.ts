import { existsSync } from 'node:fs';
import type { FailedTenant, TargetCommand } from '../commands/command.ts';
import { asDeployError } from '../errors.ts';
import type { Finding } from '../findings/finding.ts';
import { environmentNamed } from '../session/target.ts';
import { createScope, type CommandScope, type World } from '../session/world.ts';
import { atOnce } from './at-once.ts';
import { findMembers } from './selection/find-members.ts';
import { type CommandTarget, commandTarget, type FleetMember } from './selection/fleet-target.ts';
import { type LiveMemory, NO_MEMORY } from '../sections/live-memory.ts';
import type { TenantContext } from '../session/tenant-context.ts';
import type { ReleaseStore } from '../store/release-store.ts';
import { withStore } from '../session/open-store.ts';
import { worldOfMany } from './world-of-many.ts';
import { createSweep } from './sweep/sweep.ts';
import type { Selection } from './selection/selection.ts';
import { summarise } from './summary.ts';
import type { ResolvedResult } from '../resolve/resolve-loaded.ts';
import type { SurveyTarget } from './survey/survey.ts';

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

/** Where the targets of one command are worked on. */
export interface FleetPlace {
  /** It counts the calls of all of them. */
  readonly world: World;
  readonly scope: CommandScope;
  /** What is remembered of a target. */
  readonly memory: (context: TenantContext) => LiveMemory;
}

/** What is done for each target. */
type Work<R> = (target: CommandTarget, place: FleetPlace) => Promise<R>;

/** What a command for many came to, target by target. */
export interface FleetResult<T> {
  readonly environment: string | null;
  readonly results: readonly (T & { readonly tenant: string })[];
  /**
   * About the project as a whole: its sources of tenants; of `validate` and `plan` also targets that get in each other's way.
   */
  readonly findings?: readonly Finding[];
  readonly summary: Readonly<Record<string, number>>;
  readonly calls: number;
  readonly durationMs: number;
  readonly record: string | null;
  /** Why there is no record of a run that should have one. */
  readonly recordError?: string;
}

/** A command for one target, and how it is done for one of many. */
export type ManyCommand<R> = Omit<TargetCommand<R>, 'calls'> & {
  readonly work: Work<R>;
  /**
   * Told all targets with what their files come to, before the first is worked on; gives the order in which they are taken.
   * Without, nobody resolves them beforehand.
   */
  readonly order?: (members: readonly FleetMember[], place: FleetPlace) => readonly FleetMember[];
  /** How targets are resolved for that. */
  readonly look?: (target: SurveyTarget, place: FleetPlace) => Promise<ResolvedResult>;
};

/** Tenants at once for a command that only reads, when nothing is said. */
const DEFAULT_PARALLEL = 4;

/**
 * Does one command that only reads for each selected target, so many at once, with shared reads, budget and builds.
 * Results keep the order of the selection; the failure of a target is in its result.
 * @throws ConfigError for a wrong selection
 */
export async function forMany<R extends { readonly tenant: string }>(
  outside: World,
  selection: Selection & FleetOptions & LookOptions,
  command: ManyCommand<R>,
): Promise<FleetResult<R>> {
  const { world, calls } = worldOfMany(outside);
  const runWith = async (store: ReleaseStore | null): Promise<FleetResult<R>> => {
    const scope = createScope(world);
    const sweep = store === null ? null : createSweep({ world, scope, store });
    const memory: FleetPlace['memory'] = (context) =>
      sweep?.memory(context, selection.full ?? false) ?? NO_MEMORY;
    return { ...(await runTargets({ world, scope, memory }, selection, command)), calls: calls() };
  };
  // A project without any releases gets no file; one that cannot be opened tells nothing, so every target is read.
  return existsSync(world.storeFile) && canOpen(world) ? withStore(world, runWith) : runWith(null);
}

function canOpen({ store }: Pick<World, 'store'>): boolean {
  try {
    store.hold();
  } catch {
    return false;
  }
  store.release();
  return true;
}

async function runTargets<R extends { readonly tenant: string }>(
  place: FleetPlace,
  selection: Selection & FleetOptions,
  command: ManyCommand<R>,
): Promise<Omit<FleetResult<R>, 'calls'>> {
  const { world, scope } = place;
  const started = world.now();
  const { env } = selection;
  const environment = environmentNamed(env);
  const { order, look } = command;
  const found = await findMembers(world, scope, selection, {
    withFacts: order !== undefined,
    ...(look === undefined ? {} : { look: (target) => look(target, place) }),
  });
  const members = order?.(found, place) ?? found;
  const results = await atOnce(members, selection.parallel ?? DEFAULT_PARALLEL, (member) =>
    oneOfMany(world, command, {
      tenant: member.tenant,
      worker: member.worker,
      environment,
      work: () => command.work(commandTarget(member, selection), place),
    }),
  );
  const catalog = await scope.tenants();
  return {
    environment,
    results,
    // A row or a folder that is no tenant was not looked at, which is no success.
    findings: [...catalog.project.findings, ...(await catalog.findings())],
    summary: summarise(results.map(command.word)),
    durationMs: world.now() - started,
    record: null,
  };
}

/** Does a command for one of many targets: its beginning and its end are announced, and its failure is its result. */
export async function oneOfMany<R>(
  world: Pick<World, 'emit' | 'redactor'>,
  command: Pick<TargetCommand<R>, 'failed' | 'word'>,
  { tenant, worker, environment, work }: Omit<FailedTenant, 'error'> & { readonly work: () => Promise<R> },
): Promise<R> {
  world.emit({ type: 'tenant-started', tenant, environment });
  const result = await work().catch((thrown: unknown) =>
    command.failed({
      tenant,
      worker,
      environment,
      error: world.redactor.value(asDeployError(thrown).toJSON()),
    }),
  );
  world.emit({ type: 'tenant-finished', tenant, status: command.word(result) });
  return result;
}
