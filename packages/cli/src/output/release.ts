import type { ReleaseResult, ReleaseRun, ReleaseSummary } from '@cf-deploy/deployer';
import type { Outcome } from '../outcome.ts';
import { exitStatus } from '../exit-codes.ts';
import { deployLines } from './deploy.ts';
import { fleetLines } from './fleet.ts';
import { noHealthCheckLines } from './no-health-check.ts';
import { notLookedAtLines } from './not-looked-at.ts';
import { plural } from './plan.ts';
import type { Style } from './style.ts';
import { tableLines } from './table.ts';

/** A run of a release: its tenants, where it stands, and how to go on. */
export async function releaseOutcome(run: ReleaseRun, done = 'Deployed.'): Promise<Outcome> {
  return {
    result: run,
    exitCode: await exitStatus('release', [run]),
    lines: async (style) =>
      run.release === null
        ? ['Nothing to do: the selection has no tenant that changed or failed.']
        : [
            ...fleetLines(run, style, (result, own) => deployLines(result, own, done)),
            ...(run.release.kind === 'rollback' ? [] : await noHealthCheckLines(run.results, style)),
            ...budgetLines(run, style),
            ...standing(run.release, style),
          ],
  };
}

/** Releases, newest first. */
export async function releasesLines(
  releases: readonly ReleaseSummary[],
  style: Style,
): Promise<readonly string[]> {
  if (releases.length === 0) return ['There are no releases.'];
  const cells = (text: (release: ReleaseSummary) => string): readonly string[] => releases.map(text);
  return tableLines(
    [
      { name: 'release', cells: cells(({ id }) => id) },
      { name: 'kind', cells: cells(({ kind }) => kind), drop: 3 },
      { name: 'environment', cells: cells(({ environment }) => environment ?? '(top level)'), least: 10 },
      {
        name: 'status',
        cells: cells(({ status }) => status),
        paint: (text, row) => {
          const release = releases[row];
          return release === undefined ? text : paint(release, style);
        },
      },
      { name: 'by', cells: cells(({ by }) => by ?? '–'), least: 8, drop: 4 },
      { name: 'commit', cells: cells(({ commit }) => commit?.slice(0, 8) ?? '–'), drop: 1 },
      { name: 'targets', cells: cells(counts), least: 12 },
      { name: 'why', cells: cells(({ why }) => why ?? ''), least: 12, drop: 2 },
    ],
    style,
  );
}

/** One release and each of its targets. */
export async function releaseLines(release: ReleaseResult, style: Style): Promise<readonly string[]> {
  const { members } = release;
  const cells = (text: (member: (typeof members)[number]) => string): readonly string[] => members.map(text);
  const columns = [
    { name: 'target', cells: cells(({ target }) => target), least: 12 },
    {
      name: 'wave',
      cells: cells(({ wave }) => release.rollout.waves[wave]?.name ?? String(wave + 1)),
      drop: 2,
    },
    { name: 'state', cells: cells(({ state }) => state) },
    { name: 'live', cells: cells(({ endState }) => endState ?? '') },
    {
      name: 'before',
      cells: cells(({ previousVersionId }) => previousVersionId ?? '–'),
      short: (id: string) => id.slice(0, 8),
      drop: 1,
    },
    {
      name: 'version',
      cells: cells(({ versionId }) => versionId ?? '–'),
      short: (id: string) => id.slice(0, 8),
    },
    { name: 'error', cells: cells(({ error }) => error?.message ?? ''), least: 12, drop: 3 },
  ];
  return [
    `${style.bold(release.id)}  ${release.kind} of ${release.environment ?? 'the top level'}, begun ${release.createdAt}`,
    ...(release.of === null ? [] : [`  takes back ${release.of}`]),
    ...(await tableLines(columns, style)),
    ...standing(release, style),
  ];
}

/** One line about a release after it was paused or ended. */
export function standing(release: ReleaseSummary, style: Style): readonly string[] {
  const { id, why, targets } = release;
  const waiting = (targets['waiting'] ?? 0) + (targets['skipped'] ?? 0);
  const left = waiting === 0 ? '' : `; ${plural(waiting, 'target')} not begun, as they were before`;
  const line = `release ${style.bold(id)} ${paint(release, style)}${why === null ? '' : `: ${why}`}${left}`;
  return [line, ...next(release).map((command) => style.dim(`  ${command}`))];
}

function next({ id, status, kind, targets, of }: ReleaseSummary): readonly string[] {
  if (kind === 'rollback') {
    return status === 'interrupted' && of !== null ? [`go on:  cf-deploy rollback --release=${of}`] : [];
  }
  const back = (targets['done'] ?? 0) > 0 ? [`back:   cf-deploy rollback --release=${id}`] : [];
  if (status === 'paused') return [`go on:  cf-deploy release continue ${id}`, ...back];
  if (status === 'failed' || status === 'interrupted') return [`go on:  cf-deploy resume ${id}`, ...back];
  return [];
}

function budgetLines({ budget, results }: ReleaseRun, style: Style): readonly string[] {
  const skipped =
    budget.skippedBySweep === 0
      ? []
      : [style.dim(`${plural(budget.skippedBySweep, 'tenant')} unchanged by the lists of the account`)];
  return [...skipped, ...notLookedAtLines(results, style)];
}

function paint({ status }: ReleaseSummary, style: Style): string {
  if (status === 'done') return style.green(status);
  return status === 'failed' || status === 'interrupted' || status === 'aborted'
    ? style.red(status)
    : style.yellow(status);
}

function counts({ targets }: ReleaseSummary): string {
  return Object.entries(targets)
    .map(([state, count]) => `${count} ${state}`)
    .join(', ');
}
