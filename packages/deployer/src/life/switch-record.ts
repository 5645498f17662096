import type { ErrorJson } from '../errors.ts';
import { whoRuns } from '../session/who-runs.ts';
import type { World } from '../session/world.ts';
import type { SwitchJournal } from './switch-journal.ts';
import type { SwitchedWorker } from './switch-over.ts';

/** How far a change of a tenant is. `running` also of one that was killed: the same command goes on with it. */
export interface SwitchProgress {
  readonly status: 'running' | 'done' | 'failed';
  readonly switched: readonly SwitchedWorker[];
  readonly error: ErrorJson | null;
}

/**
 * Writes the record of a rename or a move, `tenant-<kind>-<id>-<time it was begun>.json`, before the first write and after
 * the last; that of a killed one is written on by the run that goes on with it. Each deploy and each destruction has one
 * of its own beside it.
 *
 * @returns its path, relative to the root
 */
export function writeSwitchRecord(
  world: World,
  { kind, from, to, wanted, startedAt, deployed }: SwitchJournal,
  { status, switched, error }: SwitchProgress,
): Promise<string> {
  const told = (where: SwitchedWorker['from']): string => `${where.scriptName} in ${where.accountId}`;
  return world.records.createNamed(`tenant-${kind}-${from}`, startedAt, {
    schema: 1,
    kind: `tenant-${kind}`,
    what: wanted,
    status,
    from,
    to,
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: status === 'running' ? null : new Date(world.now()).toISOString(),
    by: whoRuns(world.env),
    was: deployed.map(({ worker, environment, ...where }) => ({ worker, environment, place: told(where) })),
    workers: switched.map((each) => ({
      worker: each.worker,
      environment: each.environment,
      from: told(each.from),
      to: told(each.to),
      deployed: each.deployed === null ? null : endOf(each.deployed),
      retired: each.retired === null ? null : endOf(each.retired),
    })),
    error,
  });
}

function endOf({
  status,
  endState,
  record,
}: {
  readonly status: string;
  readonly endState: string;
  readonly record: string | null;
}) {
  return { status, endState, record };
}
