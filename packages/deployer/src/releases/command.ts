import type { FleetOptions, FleetResult, Selection } from '../deployer-api.ts';
import { ConfigError, type DeployError } from '../errors.ts';
import { createRun, type Run, type World } from '../session/world.ts';
import { asDeployError, DEFAULT_PARALLEL, runFleet } from './run.ts';
import { selectTenants } from './select.ts';
import { tenantWorkers } from './tenant-workers.ts';
import { summarise } from './summary.ts';

/** What one command does for each tenant. */
export interface FleetCommand<T> {
  /** Looks at the project as a whole before the first tenant. What it throws ends the command. */
  readonly before?: (run: Run, tenants: readonly string[]) => Promise<void>;
  /** Looks at it after the last. */
  readonly after?: (run: Run) => Promise<void>;
  readonly work: (
    run: Run,
    target: { readonly tenant: string; readonly env?: string; readonly worker?: string },
  ) => Promise<T>;
  /** What stands for a tenant that failed before it had a result. */
  readonly failed: (tenant: string, error: DeployError) => T;
  /** What stands for a tenant that was not begun; null leaves it out. */
  readonly skipped: (tenant: string) => T | null;
  /** The word it is counted under. */
  readonly word: (result: T) => string;
  readonly isFailure: (result: T) => boolean;
  readonly callsOf: (result: T) => number;
}

/** Runs a command for the selected tenants with shared reads, shared budget and shared builds. */
export async function runFleetCommand<T extends { readonly tenant: string }>(
  world: World,
  selection: Selection & FleetOptions,
  command: FleetCommand<T>,
): Promise<FleetResult<T>> {
  const started = world.now();
  const run = createRun(world);
  const tenants = selectTenants(await knownTenants(run), selection);
  const { env } = selection;
  await command.before?.(run, tenants);
  const outcomes = await runFleet(
    tenants,
    async (tenant) => {
      world.emit({ type: 'tenant-started', tenant, environment: env ?? null });
      const target = { tenant, ...(env === undefined ? {} : { env }) };
      const results: T[] = [];
      // One after another, each after those it needs; one that failed ends it.
      for (const worker of await tenantWorkers(world, run, target)) {
        const result = await command
          .work(run, { ...target, ...(worker === undefined ? {} : { worker }) })
          .catch((error: unknown) => {
            if (results.length === 0) throw error;
            return command.failed(tenant, asDeployError(error));
          });
        results.push(result);
        if (command.isFailure(result)) break;
      }
      const status = results.map(command.word).at(-1) ?? 'done';
      world.emit({ type: 'tenant-finished', tenant, status });
      return results;
    },
    {
      parallel: selection.parallel ?? DEFAULT_PARALLEL,
      continueOnError: selection.continueOnError ?? false,
      isFailure: (results) => results.some(command.isFailure),
    },
  );
  await command.after?.(run);
  const results = outcomes.flatMap((outcome): readonly T[] => {
    if (outcome.kind === 'done') return outcome.value;
    if (outcome.kind === 'skipped') {
      const skipped = command.skipped(outcome.tenant);
      return skipped === null ? [] : [skipped];
    }
    world.emit({ type: 'tenant-finished', tenant: outcome.tenant, status: 'failed' });
    return [command.failed(outcome.tenant, outcome.error)];
  });
  const skipped = outcomes.filter(({ kind }) => kind === 'skipped').length;
  const words = results.map(command.word);
  return {
    environment: env === undefined || env === '' ? null : env,
    results,
    summary: summarise([...words, ...Array.from({ length: skipped }, () => 'skipped')]),
    calls: results.reduce((sum, result) => sum + command.callsOf(result), 0),
    durationMs: world.now() - started,
    record: null,
  };
}

/** Ids of all tenants. @throws ConfigError CONFIG_INVALID when there are only rows that are none */
async function knownTenants(run: Run): Promise<readonly string[]> {
  const catalog = await run.tenants();
  const ids = await catalog.ids();
  const findings = [...catalog.project.findings, ...(await catalog.findings())];
  if (ids.length > 0 || findings.length === 0) return ids;
  throw new ConfigError('CONFIG_INVALID', 'The project has no tenant that can be read.', { findings });
}
